import type { Drawing } from '#domain/panel.ts';
import type { Problem } from '#domain/problem.ts';
import type { PictureRef } from './message.ts';
import type { Ports } from './ports.ts';

/**
 * Draws, keeps the snapshot with its values whether or not the drawing succeeds, and gives the picture or what stood in its way. What is
 * kept under an id already stays: a message may show it, and its values are read back by that id, so a repeated job gives what the first one drew.
 */
export async function draw(
  drawing: Drawing,
  {
    painter,
    store,
    clock,
    catalog,
    log,
    failpoint,
  }: Pick<Ports, 'painter' | 'store' | 'clock' | 'catalog' | 'log' | 'failpoint'>,
): Promise<{ picture?: PictureRef; problems: readonly Problem[] }> {
  const kept = await store.snapshots.get(drawing.id);
  const picture = kept === undefined ? undefined : await store.snapshots.picture(drawing.id);
  if (picture !== undefined) return { picture: { snapshot: drawing.id, alt: picture.alt }, problems: [] };
  const painted = await painter.paint(kept?.drawing ?? drawing, catalog.current().theme);
  failpoint('picture-drawn-not-kept');
  const snapshot = kept ?? { id: drawing.id, at: clock.now(), drawing };
  await store.snapshots.save(snapshot, painted.ok ? painted.value : undefined);
  if (painted.ok) return { picture: { snapshot: drawing.id, alt: painted.value.alt }, problems: [] };
  log.warn({ problem: painted.problem, snapshot: drawing.id }, 'a picture could not be drawn');
  return { problems: [painted.problem] };
}

/** A short id for a snapshot, the same for the same subject, so that a repeated job shows the same picture. */
export function snapshotId(subject: string): string {
  // FNV-1a twice with other beginnings, cut to 50 bits: short enough to print in a corner, and a million pictures do not meet.
  const [high, low] = [hashOf(subject, 0x811c9dc5), hashOf(subject, 0x9e3779b9)];
  const wide = (BigInt(high) << 18n) | BigInt(low >>> 14);
  return `s_${wide.toString(36).padStart(10, '0')}`;
}

/** FNV-1a, 32 bits. */
export function hashOf(text: string, start = 0x811c9dc5): number {
  let hash = start;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash;
}
