import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { invalid } from '../problem/problem-error.js';
import type { FastifyRequest } from 'fastify';

const PROJECT = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** The project a request works in: the header X-Drawbridge-Project, else `default`. */
export const Project = createParamDecorator((_: unknown, context: ExecutionContext): string => {
  return projectOf(context.switchToHttp().getRequest<FastifyRequest>()) ?? 'default';
});

/** The project a list is limited to by the header X-Drawbridge-Project; undefined: all that the caller may see. */
export const ProjectFilter = createParamDecorator((_: unknown, context: ExecutionContext): string | undefined => {
  return projectOf(context.switchToHttp().getRequest<FastifyRequest>());
});

/** The project that a request names; throws when it is no name of a project. */
export function projectOf(request: FastifyRequest): string | undefined {
  const given = request.headers['x-drawbridge-project'];
  if (given === undefined) return undefined;
  if (typeof given === 'string' && PROJECT.test(given)) return given;
  throw invalid([{ field: 'X-Drawbridge-Project', message: 'must be 1 to 63 small letters, digits or hyphens' }]);
}
