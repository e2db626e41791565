import { describe, expect, it } from 'vitest';
import { readWords } from '#slack/words.ts';

const OWNERS = ['payments', 'Web Platform'];
const read = (text: string) => readWords(text, ['checkout'], [], OWNERS);

describe('/obs digest', () => {
  it('is for whoever asks alone, unless they want it here', () => {
    expect(read('digest')).toEqual({ ok: true, request: { ask: 'digest' }, direct: true });
    expect(read('digest me')).toEqual({ ok: true, request: { ask: 'digest' }, direct: true });
    expect(read('digest here')).toEqual({ ok: true, request: { ask: 'digest' }, direct: false });
  });

  it.each([
    ['digest payments', 'payments'],
    ['digest for the team Payments', 'payments'],
    ['digest web platform here', 'Web Platform'],
  ])('of one team: %s', (text, owner) => {
    expect(read(text)).toMatchObject({ ok: true, request: { ask: 'digest', owner } });
  });

  it('names the team that may have been meant', () => {
    expect(read('digest paymnts')).toMatchObject({
      ok: false,
      problem: { what: 'No service belongs to “paymnts”: owners are payments, Web Platform.' },
      suggestions: ['digest payments'],
    });
  });
});

describe('/obs watch', () => {
  it.each([
    ['watch', 'Which service?'],
    ['watch chekout', 'I don’t know a service “chekout”.'],
    ['watch checkout 9h', 'I watch for a minute to 4 h at a time.'],
    ['watch checkout 5s', 'I watch for a minute to 4 h at a time.'],
    ['watch checkout soon', 'I stopped understanding at “soon”'],
    ['watch checkout 1h please now 3', 'I stopped understanding at “3”'],
  ])('helps who types %s', (text, what) => {
    const words = read(text);
    expect(words).toMatchObject({ ok: false, problem: { what: expect.stringContaining(what) } });
    if (!words.ok) expect(words.suggestions).not.toEqual([]);
  });
});
