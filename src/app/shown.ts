import type { Event } from '#domain/event.ts';
import { submit } from './accept.ts';
import type { PictureRef } from './message.ts';
import type { Ports } from './ports.ts';

type Shown = Omit<Extract<Event, { type: 'pictureShown' }>, 'type' | 'snapshot'>;

/** Has it decided to which timelines a picture belongs that was put into a message; nothing where none could be drawn. */
export async function reportShown(
  picture: PictureRef | undefined,
  shown: Shown,
  ports: Pick<Ports, 'store' | 'clock'>,
): Promise<void> {
  if (picture === undefined) return;
  const { snapshot } = picture;
  await submit({ type: 'pictureShown', snapshot, ...shown }, `shown:${snapshot}`, ports);
}
