import type { Health, LineRole, Panel, Theme } from '#domain/panel.ts';
import type { SignalKind } from '#domain/signal.ts';

/** Colours of one theme. Text colours reach 4.5 : 1 on the paper. */
export type Palette = {
  readonly paper: string;
  readonly ink: string;
  readonly grey: string;
  readonly grid: string;
  readonly past: string;
  readonly flag: string;
  readonly alertBand: string;
  readonly incidentBand: string;
  readonly signals: Readonly<Record<SignalKind, { readonly strong: string; readonly light: string }>>;
  /** Colours of states, each beside a shape and a word. */
  readonly health: Readonly<Record<Health, string>>;
  /** Cells of a heat map from nothing to all of a budget, and the letters in them: one hue that grows stronger, so that the order is seen without seeing colours. */
  readonly spent: readonly { readonly cell: string; readonly ink: string }[];
  /** Those with a flag and those without it: orange and blue, which stay apart for colour-blind readers. Their bands let each other be seen through. */
  readonly cohorts: Readonly<
    Record<'on' | 'off', { readonly line: string; readonly band: string; readonly edge: string }>
  >;
  /** For lines that are equals: Okabe and Ito's colours, which stay apart for colour-blind readers. */
  readonly equals: readonly string[];
};

const LIGHT: Palette = {
  paper: '#ffffff',
  ink: '#1a1c1f',
  grey: '#5f6368',
  grid: '#ebecee',
  past: '#b9bdc3',
  flag: '#9a6700',
  alertBand: '#fbe3e4',
  incidentBand: '#fdf0d5',
  signals: {
    rate: { strong: '#0b64a8', light: '#5b8fbd' },
    errors: { strong: '#c4283f', light: '#d9707f' },
    duration: { strong: '#6a37a8', light: '#8457ba' },
    saturation: { strong: '#00706b', light: '#3f8f8b' },
  },
  health: {
    page: '#c4283f',
    burning: '#b34700',
    degraded: '#b34700',
    ticket: '#866000',
    atRisk: '#866000',
    noData: '#5f6368',
    healthy: '#0b7a4b',
  },
  spent: [
    { cell: '#f1f2f4', ink: '#5f6368' },
    { cell: '#fbe8e9', ink: '#1a1c1f' },
    { cell: '#f5c2c6', ink: '#1a1c1f' },
    { cell: '#e78a95', ink: '#1a1c1f' },
    { cell: '#c4283f', ink: '#ffffff' },
    { cell: '#7d1024', ink: '#ffffff' },
  ],
  cohorts: {
    on: { line: '#bd4a00', band: '#f0780030', edge: '#bd4a0066' },
    off: { line: '#0b64a8', band: '#2f8fe02e', edge: '#0b64a866' },
  },
  equals: ['#0b64a8', '#b34700', '#00735c', '#a3397a', '#6b5900', '#4b5bbf', '#8a3324', '#5f6368'],
};

const DARK: Palette = {
  paper: '#1a1d21',
  ink: '#eceef0',
  grey: '#a6abb2',
  grid: '#31353b',
  past: '#5c636b',
  flag: '#e0b13a',
  alertBand: '#4a2529',
  incidentBand: '#463a1c',
  signals: {
    rate: { strong: '#6cb4ff', light: '#4d87c2' },
    errors: { strong: '#ff7d72', light: '#c9655d' },
    duration: { strong: '#cf9fff', light: '#a486cc' },
    saturation: { strong: '#4fd1c5', light: '#43a79e' },
  },
  health: {
    page: '#ff7d72',
    burning: '#ffab5e',
    degraded: '#ffab5e',
    ticket: '#e0c34a',
    atRisk: '#e0c34a',
    noData: '#a6abb2',
    healthy: '#4fd1a5',
  },
  spent: [
    { cell: '#262a30', ink: '#a6abb2' },
    { cell: '#3b272b', ink: '#eceef0' },
    { cell: '#5f2d33', ink: '#eceef0' },
    { cell: '#963e45', ink: '#ffffff' },
    { cell: '#ff7d72', ink: '#1a1d21' },
    { cell: '#ffd0ca', ink: '#1a1d21' },
  ],
  cohorts: {
    on: { line: '#ffa14d', band: '#ff9a4036', edge: '#ffa14d66' },
    off: { line: '#6cb4ff', band: '#5aa9ff38', edge: '#6cb4ff66' },
  },
  equals: ['#6cb4ff', '#ffab5e', '#4fd1a5', '#f08bc8', '#e0c34a', '#a3adff', '#ff9c8a', '#a6abb2'],
};

export function paletteOf(theme: Theme): Palette {
  return theme === 'dark' ? DARK : LIGHT;
}

/** How a line looks: its colour, width in pixels at 480 px, and dash. */
export function strokeOf(
  palette: Palette,
  role: LineRole,
  { signal, health }: Pick<Panel, 'signal' | 'health'>,
  index: number,
): { color: string; width: number; dash: readonly number[] } {
  const equal = palette.equals[index % palette.equals.length] ?? palette.ink;
  const plain = health === undefined ? equal : palette.health[health];
  const own = signal === undefined ? { strong: plain, light: plain } : palette.signals[signal];
  if (role === 'yesterday' || role === 'lastWeek' || role === 'before') {
    return { color: palette.past, width: 1.4, dash: role === 'lastWeek' ? [2, 3] : [1, 0] };
  }
  if (role === 'on' || role === 'off') {
    return { color: palette.cohorts[role].line, width: 2.2, dash: [1, 0] };
  }
  if (role === 'projection') return { color: own.strong, width: 1.8, dash: [3, 4] };
  return {
    color: role === 'p50' ? own.light : role === 'plain' ? equal : own.strong,
    width: 2.2,
    dash: [1, 0],
  };
}
