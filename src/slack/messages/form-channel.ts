import { z } from 'zod';

const Carried = z.object({ channel: z.string().optional() });

/** The conversation from which a form was opened, which each of ours carries; `undefined` where it was opened from none, or is none of ours. */
export function formChannel(metadata: string): string | undefined {
  if (!metadata.startsWith('{')) return undefined;
  const read = Carried.safeParse(JSON.parse(metadata));
  return read.success ? read.data.channel : undefined;
}
