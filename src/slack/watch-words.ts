import { lengthAt } from '#app/words/length.ts';
import { lengthWords } from '#domain/length-words.ts';
import { LONGEST_LOOKOUT, USUAL_LOOKOUT } from '#domain/lookout.ts';
import { MINUTE } from '#domain/time.ts';
import { telling } from './sentence-words.ts';
import { unclear, withService } from './service-words.ts';
import type { Done, Words } from './words.ts';

/** `watch checkout`, `watch checkout 1h`, `watch checkout for 45 min`. */
export function readWatch(rest: readonly string[], services: readonly string[], done: Done): Words {
  const [name, ...others] = telling(rest, services);
  return withService(name, services, 'watch', (service) => {
    const length = others.length === 0 ? { value: USUAL_LOOKOUT, taken: 0 } : lengthAt(others, 0);
    const wrong = others[length?.taken ?? 0];
    const example = [`watch ${service} 1h`];
    if (length === undefined || wrong !== undefined)
      return unclear(
        `I stopped understanding at “${wrong}”: \`watch\` takes a service and for how long.`,
        example,
      );
    if (length.value < MINUTE || length.value > LONGEST_LOOKOUT)
      return unclear(`I watch for a minute to ${lengthWords(LONGEST_LOOKOUT)} at a time.`, example);
    return done({ ask: 'watch', service, length: length.value });
  });
}
