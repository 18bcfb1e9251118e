import type { MonitorView, Page, WindowView } from '@drawbridge/contracts';
import type { UseQueryResult } from '@tanstack/react-query';
import { apiPath } from '../../api/client.js';
import { useResource } from '../../api/use-resource.js';

export function windowsPath(monitor: MonitorView): string {
  return apiPath(`monitors/${monitor.id}/windows`, { limit: 60 });
}

/** The newest windows of a monitor. */
export function useWindows(monitor: MonitorView): UseQueryResult<Page<WindowView>, Error> {
  return useResource<Page<WindowView>>(windowsPath(monitor));
}
