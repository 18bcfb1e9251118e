import type { AccountingView, PredictionView } from '@drawbridge/contracts';
import { ApiProblems, conflict, notFound, ProjectFilter, RequirePermission } from '@drawbridge/service';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { AccountingStore } from '../persistence/accounting.store.js';
import { MonitorStore } from '../persistence/monitor.store.js';
import { PredictionStore } from '../persistence/prediction.store.js';
import { PredictionQuery } from './queries.dto.js';
import { predictionView } from './views.js';

@ApiTags('predictions')
@Controller()
@RequirePermission('monitors.read')
export class RowsController {
  constructor(
    private readonly monitors: MonitorStore,
    private readonly predictions: PredictionStore,
    private readonly accounting: AccountingStore,
  ) {}

  @Get('accounting')
  @ApiOkResponse({ description: 'where every row of the prediction topics went, by partition' })
  all(): Promise<AccountingView> {
    return this.accounting.all();
  }

  @Get('predictions/:id')
  @ApiOkResponse({ description: 'one prediction as it was counted, with its label' })
  @ApiProblems(404, 409)
  async prediction(
    @Param('id') id: string,
    @Query() query: PredictionQuery,
    @ProjectFilter() header: string | undefined,
  ): Promise<PredictionView> {
    const found = await this.predictions.find(id, query.project ?? header);
    const [prediction] = found;
    if (prediction === undefined) throw notFound('prediction', id);
    if (found.length > 1) {
      const projects = found.map(({ project }) => project).join(', ');
      throw conflict('DBR-PREDICTION-AMBIGUOUS', `The projects ${projects} use this id.`, 'Name one with ?project=.');
    }
    const monitor = await this.monitors.find(prediction.monitorId);
    if (monitor === undefined) throw notFound('monitor', prediction.monitorId);
    return predictionView(prediction, monitor);
  }
}
