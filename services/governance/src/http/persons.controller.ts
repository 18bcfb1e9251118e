import type { Page, PersonView } from '@drawbridge/contracts';
import {
  actorOf,
  ApiProblems,
  CurrentPrincipal,
  Idempotent,
  mapPage,
  notFound,
  pageOf,
  type Principal,
  RequirePermission,
} from '@drawbridge/service';
import { Body, Controller, Get, Param, Post, Put, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { AccessStore } from '../persistence/access.store.js';
import { Database } from '../persistence/database.js';
import { Keyring } from '../sagas/keyring.js';
import { CreatePersonDto, PersonQuery, RolesDto } from './access.dto.js';
import { cursorOf, keysetOf } from './keyset.js';
import { personView } from './views.js';

/** The people of the installation and what each may do. */
@ApiTags('persons')
@Controller('persons')
export class PersonsController {
  constructor(
    private readonly database: Database,
    private readonly access: AccessStore,
    private readonly keyring: Keyring,
  ) {}

  @Post()
  @Idempotent(personView)
  @RequirePermission('keys.manage')
  @ApiCreatedResponse({ description: 'the person' })
  @ApiProblems(400, 409)
  async create(@Body() body: CreatePersonDto, @CurrentPrincipal() principal: Principal): Promise<PersonView> {
    const { id, name, roles, project = 'default' } = body;
    const person = await this.keyring.addPerson(
      { ...(id === undefined ? {} : { id }), name, roles, project },
      actorOf(principal),
      new Date(),
    );
    return personView(person);
  }

  @Get()
  @RequirePermission('governance.read')
  @ApiOkResponse({ description: 'persons, newest first' })
  async list(@Query() query: PersonQuery): Promise<Page<PersonView>> {
    const { project, name } = query;
    const found = await this.database.read((tx) => this.access.persons(tx, keysetOf(query, 'createdAt'), { project, name }));
    return mapPage(
      pageOf(found, query.limit, (person) => cursorOf(person.createdAt, person.id)),
      personView,
    );
  }

  @Get(':id')
  @RequirePermission('governance.read')
  @ApiOkResponse({ description: 'one person' })
  @ApiProblems(404)
  async get(@Param('id') id: string): Promise<PersonView> {
    const person = await this.database.read((tx) => this.access.person(tx, id));
    if (person === undefined) throw notFound('person', id);
    return personView(person);
  }

  @Put(':id/roles')
  @RequirePermission('keys.manage')
  @ApiOkResponse({ description: 'the person with the new roles; all keys of the person change with them' })
  @ApiProblems(400, 404)
  async setRoles(@Param('id') id: string, @Body() body: RolesDto, @CurrentPrincipal() principal: Principal): Promise<PersonView> {
    return personView(await this.keyring.setRoles(id, body.roles, actorOf(principal), new Date()));
  }
}
