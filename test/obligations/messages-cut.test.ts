import { describe, expect, it } from 'vitest';
import { render } from '#slack/messages/render.ts';

describe('what does not fit', () => {
  it('is cut before a date, a link or an escaped letter, never through it', () => {
    const changes = Array.from({ length: 15 }, (_, i) => ({
      ...{ kind: 'deploy' as const, id: `d${i}`, service: '&'.repeat(40 + i), version: 'v'.repeat(80) },
      ...{ relation: 'own' as const, at: 1_700_000_000_000, url: `https://ci.example/${'x'.repeat(90 + i)}` },
    }));
    const { blocks } = render(
      {
        ...{ about: 'alertSnapshot', at: 1_700_000_060_000, episode: 'a1', title: 'Errors' },
        ...{ reading: { values: {}, problems: [] }, changes, problems: [] },
      },
      undefined,
    );
    const last = blocks.at(-1);
    const text = last?.type === 'section' ? (last.text?.text ?? '') : '';
    expect(text.length).toBeLessThanOrEqual(3000);
    expect(text.endsWith('…')).toBe(true);
    expect(text.replaceAll(/<[^<>]*>/g, '')).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
  });
});
