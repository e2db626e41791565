import type { Ports } from '#app/ports.ts';
import { draw, snapshotId } from '#app/show.ts';
import type { Drawing } from '#domain/panel.ts';

export type DrawPorts = Pick<Ports, 'painter' | 'store' | 'clock' | 'catalog' | 'log' | 'failpoint'>;

/** An id for what is asked now: asked again a moment later it is another picture. */
export function freshId(subject: readonly unknown[], { clock }: Pick<Ports, 'clock'>): string {
  return snapshotId(`api:${JSON.stringify(subject)}:${clock.now()}`);
}

/** Draws where that was asked for, and gives the snapshot's id; its values are kept even where the picture fails. */
export async function drawnId(
  drawing: Drawing | undefined,
  isWanted: boolean,
  ports: DrawPorts,
): Promise<string | undefined> {
  if (!isWanted || drawing === undefined) return undefined;
  await draw(drawing, ports);
  return drawing.id;
}
