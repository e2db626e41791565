import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Drawing } from '#domain/panel.ts';
import { SHEET_WIDTH } from '#render/charts.ts';
import { DRAWINGS, FROM, line, MARKS, panel, red, TO } from './drawings.ts';
import { colorUnder, contrast, faultsIn, sceneOf } from './scene.ts';

/** Slack's narrow window. */
const NARROW = 360;

/** The sizes that may be less than 11 px at 360 px wide: axis labels, notes and the subtitle, none of which must be read. */
const shownAt = (size: number) => (size * NARROW) / SHEET_WIDTH;

async function faultsOf(drawing: Drawing): Promise<string[]> {
  const { sheet, texts } = await sceneOf(drawing, 'light');
  return faultsIn(sheet, texts);
}

describe.each(Object.entries(DRAWINGS))('the picture “%s”', (_, drawing) => {
  it('has no text outside of it or over other text', async () => {
    expect(await faultsOf(drawing)).toEqual([]);
  });

  it('can be read 360 px wide: title, panel names, values and marks at 11 px, the rest at 9 px', async () => {
    const { texts } = await sceneOf(drawing, 'light');
    expect(texts.length).toBeGreaterThan(2);
    for (const { text, size } of texts) {
      const isAxisOrNote = shownAt(size) < 11;
      if (isAxisOrNote) expect(shownAt(size), text).toBeGreaterThanOrEqual(9);
    }
    const must = ['title' in drawing ? (drawing.title.slice(0, 8) ?? '') : ''];
    if ('panels' in drawing) must.push(...drawing.panels.map(({ title }) => title.slice(0, 12)));
    for (const words of must) {
      const found = texts.find(({ text, size }) => text.startsWith(words) && shownAt(size) >= 11);
      expect(found?.text, `“${words}” at 11 px`).toBeDefined();
    }
  });

  it.each(['light', 'dark'] as const)(
    'has text that stands out from what is under it in the %s theme',
    async (theme) => {
      const { sheet, texts } = await sceneOf(drawing, theme);
      for (const placed of texts)
        expect(contrast(placed.color, colorUnder(placed, sheet)), placed.text).toBeGreaterThanOrEqual(4.5);
    },
  );
});

describe('every mark is explained', () => {
  it('names deploys and flags above the panels, and says what is shaded and dotted', async () => {
    const { texts } = await sceneOf(DRAWINGS.red ?? red([]), 'light');
    const words = texts.map(({ text }) => text).join(' | ');
    expect(words).toMatch(/v1\.4\.2/);
    expect(words).toMatch(/new-chec/);
    expect(words).toMatch(/shaded: CheckoutErrors firing/);
    expect(words).toMatch(/dotted: page at 14\.4× budget/);
    expect(words).toMatch(/grey: yesterday/);
    expect(words).toMatch(/Europe\/Berlin/);
    expect(words).toMatch(/s_8f31c2a/);
  });

  it('names a deploy, a flag and an onset that lie within seconds', async () => {
    const { texts } = await sceneOf(DRAWINGS['deploy, flag and onset at once'] ?? red([]), 'light');
    const words = texts.map(({ text }) => text);
    expect(words).toEqual(expect.arrayContaining(['new-checkout 10 %', 'v1.4.2', 'began']));
    expect(words.join(' ')).not.toMatch(/without a name/);
  });

  it('names a flag once when it went through several steps, and each step by its share', async () => {
    const { texts } = await sceneOf(DRAWINGS['five steps of a flag'] ?? red([]), 'light');
    const words = texts.map(({ text }) => text);
    expect(words).toEqual(expect.arrayContaining(['1 %', '5 %', '10 %', '25 %', '50 %', 'v1.4.2']));
    expect(words.join(' ')).toContain('dashed amber: new-checkout-page');
    expect(words.join(' ')).not.toMatch(/without a name/);
  });

  it('says how many series were summed as “other”', async () => {
    const { texts } = await sceneOf(DRAWINGS['twelve series'] ?? red([]), 'light');
    expect(texts.map(({ text }) => text).join(' ')).toContain('4 more summed as “other”');
  });
});

describe('any picture', () => {
  it('has no text outside of it or over other text, whatever it shows', async () => {
    const word = fc.stringMatching(/^[A-Za-zÄéß0-9 ._/%@-]{1,60}$/);
    const value = fc.oneof(
      fc.double({ min: -1e15, max: 1e15, noNaN: false, noDefaultInfinity: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
    );
    const samples = fc
      .array(value, { maxLength: 40 })
      .map((values) => values.map((v, i) => ({ at: FROM + i * 90_000, value: v })));
    const lines = fc.array(fc.record({ name: word, samples }), { maxLength: 8 });
    const drawing = fc.record({
      title: word,
      unit: fc.constantFrom('short', 'ratio', 'seconds', 'bytes', 'perSecond', 'cores', 'count'),
      fromZero: fc.boolean(),
      lines,
      marks: fc.array(
        fc.record({
          kind: fc.constantFrom('deploy', 'flag', 'onset'),
          at: fc.integer({ min: FROM, max: TO }),
          label: word,
        }),
        { maxLength: 8 },
      ),
    });
    await fc.assert(
      fc.asyncProperty(drawing, async ({ title, unit, fromZero, lines: drawn, marks }) => {
        const made = red(
          [
            panel(
              title,
              unit,
              drawn.map(({ name, samples: own }) => line(name, 'plain', own)),
              { fromZero },
            ),
          ],
          [...marks, ...MARKS],
          { title },
        );
        expect(await faultsOf(made)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
