import { afterEach, describe, expect, it } from 'vitest';
import {
  type House,
  notification,
  picturesIn,
  soon,
  startBadPrometheus,
  startHouse,
  theRoot,
  threadOf,
  wordsOf,
} from './house.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close();
});

async function houseWith(answer: Parameters<typeof startBadPrometheus>[0]): Promise<House> {
  const prometheus = await startBadPrometheus(answer);
  const house = await startHouse({ prometheus: prometheus.url });
  open.push(prometheus, house);
  return house;
}

describe('an alert while Prometheus is in trouble', () => {
  it.each<[string, Parameters<typeof startBadPrometheus>[0], RegExp]>([
    ['answers too late', () => ({ status: 200, body: '{}', after: 60_000 }), /did not answer within|time/i],
    [
      'answers with an error page',
      () => ({ status: 200, body: '<html>oops</html>', type: 'text/html' }),
      /not understood|JSON|answer/i,
    ],
    [
      'answers with another shape',
      () => ({ status: 200, body: '{"status":"success","data":42}' }),
      /not understood|answer|shape/i,
    ],
    ['answers 500 again and again', () => ({ status: 500, body: 'no' }), /500|answer/i],
    [
      'refuses the question',
      () => ({ status: 422, body: '{"status":"error","errorType":"execution","error":"too many samples"}' }),
      /too many samples/,
    ],
  ])('that %s: the thread says what is missing, and the rest stands', async (_, answer, words) => {
    const house = await houseWith(answer);
    await house.post('alertmanager', notification('firing'));
    const root = await theRoot(house, /CheckoutErrors/);
    expect(wordsOf(root)).toContain('3 % of checkout requests fail');
    const reply = await soon(house, 'the panels', () => threadOf(house.slack.workspace, root)[1]);
    expect(wordsOf(reply)).toMatch(/:warning:/);
    expect(wordsOf(reply)).toMatch(words);
    expect(picturesIn([reply])).toBe(1);
    expect((await house.slack.press('rae', root.channel, root.ts, 'acknowledge')).status).toBe(200);
    await soon(house, 'the acknowledgement', () => (root.text.includes('acknowledged') ? true : undefined));
  });
});
