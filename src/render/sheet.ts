import type { Drawing, Theme } from '#domain/panel.ts';
import type { Sheet } from './charts.ts';
import { fleetSheet } from './fleet.ts';
import { fleetWeekSheet } from './fleet-week.ts';
import { gaugeSheet } from './gauge.ts';
import { statSheet } from './stat.ts';
import { paletteOf } from './theme.ts';
import { timePanels } from './time-panels.ts';

/** Lays any drawing out on a sheet, in a theme. Pure: the same drawing gives the same sheet. */
export function sheetOf(drawing: Drawing, theme: Theme): Sheet {
  const palette = paletteOf(theme);
  switch (drawing.chart) {
    case 'red':
    case 'timeseries':
    case 'before-after':
    case 'cohorts':
    case 'budget':
      return timePanels(drawing, palette);
    case 'fleet':
      return fleetSheet(drawing, palette);
    case 'gauge':
      return gaugeSheet(drawing, palette);
    case 'fleet-week':
      return fleetWeekSheet(drawing, palette);
    case 'stat':
      return statSheet(drawing, palette);
  }
}
