import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, roots, soon, startHouse, theRoot, threadOf, wordsOf } from './house.ts';

let house: House;
beforeAll(async () => {
  house = await startHouse();
});
afterAll(() => house.close());

const turn = (share: number, more: object = {}) =>
  house.post('flags', {
    ...{ flag: 'new-checkout', share, at: new Date().toISOString(), actor: 'noor <!channel>' },
    ...more,
  });
const asked = async (words: string, find: RegExp) => {
  await house.slack.command('rae', '#payments', `/obs ${words}`);
  return soon(house, `an answer ${find.source}`, () =>
    [...house.slack.workspace.messages, ...house.slack.workspace.ephemerals].findLast((one) =>
      find.test(wordsOf(one)),
    ),
  );
};

describe('a flag that is turned on step by step', () => {
  it('opens a thread in the channel of the service that has it, once, however often it is told', async () => {
    const at = new Date().toISOString();
    for (let i = 0; i < 3; i += 1) expect((await turn(0.01, { at })).status).toBe(202);
    const root = await theRoot(house, /new-checkout/);
    expect(root.text).toMatch(/new-checkout.* at 1 % on checkout/);
    expect(wordsOf(root)).not.toContain('<!channel>');
    await soon(house, 'the first step', () =>
      threadOf(house.slack.workspace, root).find(({ ts }) => ts !== root.ts),
    );
  });

  it('goes on in the same thread with its next step, also after a restart, and says why nothing can be told', async () => {
    await turn(0.1);
    const root = await theRoot(house, /new-checkout/);
    await soon(house, 'the second step', () => (/at 10 % on checkout/.test(root.text) ? true : undefined));
    await house.restart();
    await soon(house, 'the word', () => (/hold/.test(root.text) ? true : undefined), 45_000);
    const steps = await soon(house, 'both steps', () => {
      const found = threadOf(house.slack.workspace, root).filter(({ ts }) => ts !== root.ts);
      return found.some((one) => /10 %/.test(one.text) && /could not be reached/.test(wordsOf(one)))
        ? found
        : undefined;
    });
    expect(steps).toHaveLength(2);
    expect(roots(house.slack.workspace, /new-checkout/)).toHaveLength(1);
  }, 60_000);

  it('is listed by `/obs flags`, compared by `/obs flag`, and a mistyped name is set right', async () => {
    expect(wordsOf(await asked('flags', /new-checkout.*10 %/))).toContain('checkout');
    await asked('flag new-checkout 30m', /could not be reached/);
    expect(wordsOf(await asked('flag new-chekout', /new-chekout/))).toContain('new-checkout');
  });

  it('says so when it is off for everybody', async () => {
    await turn(0);
    const root = await theRoot(house, /new-checkout/);
    await soon(house, 'the end', () => (/off/.test(root.text) ? true : undefined));
  });

  it('that no service has is kept, and told to whoever asks', async () => {
    expect((await turn(0.5, { flag: 'nobodys-flag' })).status).toBe(202);
    // Accepted is not yet decided: whoever asks at once may be told a moment too early, and asks again.
    await expect
      .poll(
        async () => {
          await house.slack.command('rae', '#payments', '/obs unmatched');
          const { messages, ephemerals } = house.slack.workspace;
          return [...messages, ...ephemerals].some((one) => wordsOf(one).includes('flag nobodys-flag'));
        },
        { interval: 500, timeout: 20_000 },
      )
      .toBe(true);
    expect(roots(house.slack.workspace, /nobodys-flag/)).toHaveLength(0);
  }, 30_000);
});
