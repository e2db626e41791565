import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPainter, type PainterHandle } from '#render/painter.ts';
import { createLog } from '#runtime/log.ts';
import { BEFORE_AFTER, DRAWINGS, fleet, red, STAT } from './drawings.ts';
import { WEEK } from './fleet-week-drawings.ts';

let painter: PainterHandle;
beforeEach(() => {
  painter = createPainter({ processes: 1, log: createLog('fatal') });
});
afterEach(() => painter.close());

/** The drawing processes of this test that live, by pid. */
function children(): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const [, state = '', parent = ''] =
          /\) (\w) (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
        const isOurs = Number(parent) === process.pid && state !== 'Z';
        return isOurs && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('render/process.ts');
      } catch (error) {
        // It ended while we looked.
        if (error instanceof Error && 'code' in error) return false;
        throw error;
      }
    })
    .map(Number);
}

const DRAWING = DRAWINGS.red ?? red([]);

describe('drawing', () => {
  it('gives a PNG three times as wide as it was designed, and says in words what it shows', async () => {
    const outcome = await painter.paint(DRAWING, 'light');
    if (!outcome.ok) throw new Error(outcome.problem.what);
    const { png, width, alt, snapshot } = outcome.value;
    expect(Buffer.from(png).subarray(1, 4).toString()).toBe('PNG');
    expect(Buffer.from(png).readUInt32BE(16)).toBe(width);
    expect(width).toBe(1440);
    expect(snapshot).toBe(DRAWING.id);
    expect(alt).toMatch(/Errors, % of requests: 2\.\d %/);
    expect(alt).toMatch(/deploy v1\.4\.2 at 13:42/);
  });

  it.each([
    ['a fleet', fleet(3), /service-0 page firing errors 3\.1 %/],
    ['a week', WEEK, /checkout availability: 18 min over, most on Thu 19, 167 %/],
    ['single numbers', STAT, /Rate: 361 \/s\. Errors: 2\.5 %/],
    ['before and after', BEFORE_AFTER, /checkout v1\.4\.2/],
  ])('says in words what %s shows', async (_, drawing, words) => {
    const outcome = await painter.paint(drawing, 'dark');
    expect(outcome.ok ? outcome.value.alt : outcome.problem.what).toMatch(words);
  });

  it('loses no picture when its process is killed in the middle', async () => {
    await painter.paint(DRAWING, 'light');
    const [child] = children();
    const pictures = Array.from({ length: 4 }, () => painter.paint(DRAWING, 'light'));
    expect(child).toBeDefined();
    if (child !== undefined) process.kill(child, 'SIGKILL');
    const outcomes = await Promise.all(pictures);
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, true, true, true]);
    expect(children()).not.toContain(child);
  });

  it('gives a picture up whose process dies twice, and goes on with the next', async () => {
    await painter.paint(DRAWING, 'light');
    const doomed = painter.paint(DRAWING, 'light');
    const killed = new Set<number>();
    while (killed.size < 2) {
      const child = children().find((pid) => !killed.has(pid));
      if (child !== undefined) {
        process.kill(child, 'SIGKILL');
        killed.add(child);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(await doomed).toMatchObject({ ok: false, problem: { code: 'drawing-failed' } });
    expect((await painter.paint(DRAWING, 'light')).ok).toBe(true);
  });

  it('can be closed twice, at once', async () => {
    await painter.paint(DRAWING, 'light');
    painter.close();
    expect(() => painter.close()).not.toThrow();
  });

  it('takes many at once, and ends its processes when it is closed', async () => {
    const outcomes = await Promise.all(Array.from({ length: 24 }, () => painter.paint(DRAWING, 'light')));
    expect(outcomes.every(({ ok }) => ok)).toBe(true);
    expect(children()).toHaveLength(1);
    painter.close();
    for (let tries = 0; tries < 50 && children().length > 0; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect(children()).toEqual([]);
  });
});
