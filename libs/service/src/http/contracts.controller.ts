import { Controller, Get, Header, Param } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { asyncApiDocument, eventSchemas } from '@drawbridge/contracts';
import { Public } from '../auth/permission.decorators.js';
import { notFound } from '../problem/problem-error.js';

/** The event contract, for outsiders: it holds no data, so it is open. */
@ApiExcludeController()
@Controller()
@Public()
export class ContractsController {
  @Get('schemas/:topic/1.json')
  @Header('content-type', 'application/schema+json')
  schema(@Param('topic') topic: string): string {
    const found = Object.entries(eventSchemas).find(([name]) => name === topic);
    if (found === undefined) throw notFound('schema', topic);
    return JSON.stringify(found[1]);
  }

  @Get('asyncapi.json')
  asyncApi(): Record<string, unknown> {
    return asyncApiDocument();
  }
}
