import {
  Activity,
  ClipboardCheck,
  Gauge,
  Package,
  Radio,
  Rocket,
  Scale,
  ScrollText,
  Settings,
  Siren,
  Unplug,
  type LucideIcon,
} from 'lucide-react';

export interface Place {
  readonly to:
    | '/'
    | '/models'
    | '/approvals'
    | '/deployments'
    | '/incidents'
    | '/events'
    | '/traces'
    | '/policies'
    | '/audit'
    | '/dead-letters'
    | '/settings';
  readonly name: string;
  /** Pressed after g. */
  readonly key: string;
  readonly icon: LucideIcon;
}

/** What the menu lists and `g` followed by a letter jumps to. */
export const places: readonly Place[] = [
  { to: '/', name: 'Overview', key: 'o', icon: Gauge },
  { to: '/models', name: 'Models', key: 'm', icon: Package },
  { to: '/approvals', name: 'Approvals', key: 'a', icon: ClipboardCheck },
  { to: '/deployments', name: 'Deployments', key: 'd', icon: Rocket },
  { to: '/incidents', name: 'Incidents', key: 'i', icon: Siren },
  { to: '/events', name: 'Events', key: 'e', icon: Radio },
  { to: '/traces', name: 'Traces', key: 't', icon: Activity },
  { to: '/policies', name: 'Policies', key: 'p', icon: Scale },
  { to: '/audit', name: 'Audit', key: 'u', icon: ScrollText },
  { to: '/dead-letters', name: 'Dead letters', key: 'l', icon: Unplug },
  { to: '/settings', name: 'Settings', key: 's', icon: Settings },
];
