import { invalid } from '@drawbridge/service';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** The project a request is limited to by the header X-Drawbridge-Project; undefined: all that the caller may see. */
export const ProjectFilter = createParamDecorator((_: unknown, context: ExecutionContext): string | undefined => {
  const given = context.switchToHttp().getRequest<FastifyRequest>().headers['x-drawbridge-project'];
  if (given === undefined) return undefined;
  if (typeof given === 'string' && given.length > 0 && given.length <= 200) return given;
  throw invalid([{ field: 'X-Drawbridge-Project', message: 'must be the name of a project' }]);
});
