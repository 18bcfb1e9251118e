import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { invalid } from '../problem/problem-error.js';
import type { FastifyRequest } from 'fastify';

const PROJECT = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** The project a request works in: the header X-Drawbridge-Project, else `default`. */
export const Project = createParamDecorator((_: unknown, context: ExecutionContext): string => {
  const given = context.switchToHttp().getRequest<FastifyRequest>().headers['x-drawbridge-project'];
  if (given === undefined) return 'default';
  if (typeof given === 'string' && PROJECT.test(given)) return given;
  throw invalid([{ field: 'X-Drawbridge-Project', message: 'must be 1 to 63 small letters, digits or hyphens' }]);
});
