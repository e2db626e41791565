import { describe, expect, it } from 'vitest';
import type { TimeDrawing } from '#domain/panel.ts';
import { DAY } from '#domain/time.ts';
import { altText } from '#render/alt-text.ts';
import { BUDGET_DRAWINGS } from './budget-drawings.ts';
import { sceneOf } from './scene.ts';

function drawn(name: string): TimeDrawing {
  const drawing = BUDGET_DRAWINGS[name];
  if (drawing?.chart !== 'budget') throw new Error(name);
  return drawing;
}
const wordsIn = async (name: string) => {
  const drawing = BUDGET_DRAWINGS[name];
  if (drawing === undefined) throw new Error(name);
  return (await sceneOf(drawing, 'light')).texts.map(({ text }) => text);
};

describe('the picture of a budget', () => {
  it('of which nothing was counted says that there is no data, and shows no full one', async () => {
    expect(drawn('budget-no-data').panels[0]?.lines).toEqual([]);
    const words = await wordsIn('budget-no-data');
    expect(words).toContain('no data');
    expect(words).not.toContain('100 %');
    expect(altText(drawn('budget-no-data'))).toMatch(/Budget left.*: no data/);
  });

  it('begins where it was observed, and says how much that is', () => {
    const { facts, panels, range } = drawn('budget-partly-observed');
    expect(facts).toContain('2.9 of 30 days observed');
    const [first] = panels[0]?.lines[0]?.samples ?? [];
    expect(first).toMatchObject({ value: 1 });
    expect((first?.at ?? 0) - range.from).toBeGreaterThan(27 * DAY);
  });

  it('says its state in a word, and has its colour', () => {
    const told = (name: string) => [drawn(name).facts[0], drawn(name).panels[0]?.health];
    expect(told('budget-rolling')).toEqual(['well', 'healthy']);
    expect(told('budget-at-risk')).toEqual(['at risk', 'atRisk']);
    expect(told('budget-overspent')).toEqual(['spent', 'page']);
    expect(told('budget-burning')).toEqual(['burning fast', 'page']);
  });

  it('leads a line that ends in the middle to its value', async () => {
    const { sheet } = await sceneOf(drawn('budget-at-risk'), 'light');
    const leaders = sheet.rules.filter(({ dash }) => dash[0] === 1 && dash[1] === 3);
    expect(leaders).toHaveLength(1);
  });

  it('names the days of its deploys to whoever cannot see it', () => {
    expect(altText(drawn('budget-rolling'))).toMatch(/deploy v1\.4\.2 at 14 Nov/);
  });
});

describe('the picture of all budgets', () => {
  it('tells states apart by shape and word, not by colour alone', async () => {
    const words = await wordsIn('budgets');
    const shapes = words.filter((text) => /^[●■○▲]$/.test(text));
    expect(shapes).toEqual(['▲', '▲', '■', '■', '●', '●', '●', '○']);
    for (const word of ['spent', 'burning fast', 'at risk', 'recovering', 'no data'])
      expect(words).toContain(word);
  });
});
