import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readWords } from '#slack/words.ts';

const SERVICES = ['checkout', 'ledger', 'storefront'];
const read = (text: string) => readWords(text, SERVICES);

describe('what follows /obs about incidents', () => {
  it.each([
    ['incident', { ask: 'incidents' }],
    ['incidents', { ask: 'incidents' }],
    ['incident list', { ask: 'incidents' }],
    ['open incidents', { ask: 'incidents' }],
    ['show me the open incidents', { ask: 'incidents' }],
    ['what incidents are open?', { ask: 'incidents' }],
    ['incident list checkout', { ask: 'incidents', service: 'checkout' }],
    ['incidents checkout', { ask: 'incidents', service: 'checkout' }],
    ['incidents of Checkout', { ask: 'incidents', service: 'checkout' }],
    ['incident search connection pool', { ask: 'incidents', text: 'connection pool' }],
    ['incident search for TLS "handshake"', { ask: 'incidents', text: 'TLS "handshake"' }],
    ['incident show INC-12', { ask: 'incident', incident: 'INC-12' }],
    ['incident show 12', { ask: 'incident', incident: 'INC-12' }],
    ['incident show inc 12', { ask: 'incident', incident: 'INC-12' }],
    ['incident inc-12', { ask: 'incident', incident: 'INC-12' }],
    ['INC-12', { ask: 'incident', incident: 'INC-12' }],
    ['inc 12', { ask: 'incident', incident: 'INC-12' }],
    ['show INC-012', { ask: 'incident', incident: 'INC-12' }],
    ['how is INC-12?', { ask: 'incident', incident: 'INC-12' }],
    ['incident show', { ask: 'incident' }],
    ['incident status', { ask: 'incident' }],
    ['incident status INC-12', { ask: 'incident', incident: 'INC-12' }],
    ['catchup', { ask: 'catchup' }],
    ['catchup INC-12', { ask: 'catchup', incident: 'INC-12' }],
    ['catch me up', { ask: 'catchup' }],
    ['catch up on inc-12', { ask: 'catchup', incident: 'INC-12' }],
    ['what happened?', { ask: 'catchup' }],
    ['what happened in INC-12', { ask: 'catchup', incident: 'INC-12' }],
    ['incident catchup 12', { ask: 'catchup', incident: 'INC-12' }],
    ['postmortem list', { ask: 'postmortems' }],
    ['postmortems', { ask: 'postmortems' }],
    ['post-mortems', { ask: 'postmortems' }],
    ['list the postmortems', { ask: 'postmortems' }],
    ['postmortems checkout', { ask: 'postmortems', service: 'checkout' }],
    ['postmortem list checkout', { ask: 'postmortems', service: 'checkout' }],
    ['postmortem show INC-12', { ask: 'postmortem', incident: 'INC-12' }],
    ['postmortem show', { ask: 'postmortem' }],
  ])('“%s” asks', (text, request) => {
    expect(read(text)).toEqual({ ok: true, request, direct: false });
  });

  it.each([
    ['incident declare', { act: 'declare', services: [] }],
    ['declare', { act: 'declare', services: [] }],
    ['declare an incident', { act: 'declare', services: [] }],
    ['incident declare sev2', { act: 'declare', severity: 'sev2', services: [] }],
    [
      'incident declare sev2 Nobody can pay on checkout',
      { act: 'declare', severity: 'sev2', title: 'Nobody can pay', services: ['checkout'] },
    ],
    [
      'incident declare Nobody can pay SEV-1',
      { act: 'declare', severity: 'sev1', title: 'Nobody can pay', services: [] },
    ],
    [
      'declare a sev 3 incident: Slow pages on storefront and checkout',
      { act: 'declare', severity: 'sev3', title: 'Slow pages', services: ['storefront', 'checkout'] },
    ],
    ['declare an incident A database is down', { act: 'declare', title: 'A database is down', services: [] }],
    ['declare A database is down', { act: 'declare', title: 'A database is down', services: [] }],
    ['declare checkout is down', { act: 'declare', title: 'checkout is down', services: ['checkout'] }],
    ['declare People can’t log on', { act: 'declare', title: 'People can’t log on', services: [] }],
    ['declare Nobody can reach me', { act: 'declare', title: 'Nobody can reach me', services: [] }],
    ['incident update Rolled back to v1.4.1', { act: 'note', text: 'Rolled back to v1.4.1' }],
    [
      'incident update inc-12 It’s <http://db.example.com|db.example.com> &lt;again&gt;',
      { act: 'note', incident: 'INC-12', text: 'It’s db.example.com <again>' },
    ],
    ['incident update 12 pods died', { act: 'note', text: '12 pods died' }],
    ['incident INC-12 note Restarted it', { act: 'note', incident: 'INC-12', text: 'Restarted it' }],
    ['note they called me', { act: 'note', text: 'they called me' }],
    ['note first line\nsecond line', { act: 'note', text: 'first line\nsecond line' }],
    ['note INC-12: it was DNS', { act: 'note', incident: 'INC-12', text: 'it was DNS' }],
    ['incident update', { act: 'update' }],
    ['incident update 12', { act: 'update', incident: 'INC-12' }],
    ['incident edit INC-12', { act: 'update', incident: 'INC-12' }],
    ['incident status identified', { act: 'status', status: 'identified' }],
    [
      'incident status INC-12 identified A bad index',
      { act: 'status', incident: 'INC-12', status: 'identified', text: 'A bad index' },
    ],
    ['incident identified: a bad index', { act: 'status', status: 'identified', text: 'a bad index' }],
    ['incident INC-12 mitigating', { act: 'status', incident: 'INC-12', status: 'mitigating' }],
    ['incident mitigated', { act: 'status', status: 'monitoring' }],
    ['incident resolve', { act: 'status', status: 'resolved' }],
    ['incident resolve 12', { act: 'status', incident: 'INC-12', status: 'resolved' }],
    [
      'incident resolve INC-12 Rolled back, all green for me',
      { act: 'status', incident: 'INC-12', status: 'resolved', text: 'Rolled back, all green for me' },
    ],
    ['resolve INC-12', { act: 'status', incident: 'INC-12', status: 'resolved' }],
    ['incident sev1', { act: 'severity', severity: 'sev1' }],
    ['incident sev 1 INC-12', { act: 'severity', incident: 'INC-12', severity: 'sev1' }],
    ['incident severity INC-12 2', { act: 'severity', incident: 'INC-12', severity: 'sev2' }],
    ['incident severity sev3', { act: 'severity', severity: 'sev3' }],
    ['incident lead', { act: 'role', role: 'commander' }],
    ['incident lead me', { act: 'role', role: 'commander' }],
    ['incident lead INC-12 me', { act: 'role', incident: 'INC-12', role: 'commander' }],
    ['incident commander <@U123ABC>', { act: 'role', role: 'commander', user: 'U123ABC' }],
    [
      'incident comms INC-12 <@U123ABC|ana>',
      { act: 'role', incident: 'INC-12', role: 'communications', user: 'U123ABC' },
    ],
    [
      'incident INC-12 scribe is <@U123ABC>',
      { act: 'role', incident: 'INC-12', role: 'scribe', user: 'U123ABC' },
    ],
    ['postmortem', { act: 'postmortem' }],
    ['postmortem INC-12', { act: 'postmortem', incident: 'INC-12' }],
    ['post-mortem 12', { act: 'postmortem', incident: 'INC-12' }],
    ['post mortem of INC-12', { act: 'postmortem', incident: 'INC-12' }],
    ['edit the postmortem of INC-12', { act: 'postmortem', incident: 'INC-12' }],
    ['postmortem export INC-12', { act: 'export', incident: 'INC-12', format: 'markdown' }],
    ['postmortem export INC-12 as JSON', { act: 'export', incident: 'INC-12', format: 'json' }],
    ['postmortem INC-12 export md', { act: 'export', incident: 'INC-12', format: 'markdown' }],
  ])('“%s” does', (text, act) => {
    expect(read(text)).toMatchObject({ ok: true });
    expect(read(text)).toHaveProperty('act', act);
  });

  it('with “me” at its end is answered directly', () => {
    expect(read('incident show INC-12 me')).toEqual({
      ok: true,
      request: { ask: 'incident', incident: 'INC-12' },
      direct: true,
    });
    expect(read('catchup me')).toMatchObject({ request: { ask: 'catchup' }, direct: true });
  });

  it.each([
    ['incidnet declare sev2 The checkout is down', ['incident declare sev2 The checkout is down']],
    ['incident delcare Nobody can pay', ['incident declare Nobody can pay']],
    ['incident resovle INC-12', ['incident resolve INC-12']],
    ['incident INC-12 identifed a bad index', ['incident INC-12 identified a bad index']],
    ['incident list chekout', ['incident list checkout']],
    [
      'incident declare Slow pages on storefrnt',
      ['incident declare Slow pages on storefront', 'incident declare Slow pages'],
    ],
    ['incident status INC-12 mitigateing', ['incident status INC-12 mitigating']],
    [
      'incident checkout is broken',
      ['incident declare checkout is broken', 'incident search checkout is broken'],
    ],
    ['incident update INC-12 sev1', ['incident sev1 INC-12', 'note INC-12 sev1']],
    ['incident sev1 INC-12 everybody is hit', ['incident sev1 INC-12', 'note INC-12 everybody is hit']],
    ['incident lead INC-12 @ana', ['incident lead INC-12 me']],
    ['incident severity 7', ['incident sev1', 'incident sev2', 'incident sev3', 'incident sev4']],
    ['incident role', ['incident lead', 'incident comms', 'incident scribe']],
    ['incident search', ['incident search connection pool']],
    ['note', ['note Rolled back to the version before']],
    [
      'incident resolve 12 by a rollback',
      ['incident status INC-12 resolved by a rollback', 'incident status resolved: “12 by a rollback”'],
    ],
    ['postmortem exprt INC-12', ['postmortem export INC-12']],
    ['postmortem export INC-12 pdf', ['postmortem export INC-12', 'postmortem export INC-12 json']],
    ['postmortem list chekout', ['postmortem list checkout']],
    ['catchup INC-12 now please again', ['catchup INC-12']],
  ])('“%s” is answered with whole commands that work, and nothing is done', (text, suggestions) => {
    expect(read(text)).toMatchObject({ ok: false, suggestions });
    for (const one of suggestions) expect(read(one).ok, one).toBe(true);
  });

  it('says that a mention has to be one of Slack’s', () => {
    expect(read('incident lead @ana')).toMatchObject({
      problem: { what: expect.stringContaining('pick the name from the list') },
    });
  });

  it('shortens a title that is too long to whole words', () => {
    const long = read(`incident declare sev1 ${'word '.repeat(60)}on checkout`);
    expect(long).toMatchObject({ ok: false, problem: { what: expect.stringContaining('150 characters') } });
    const [shorter = ''] = long.ok ? [] : long.suggestions;
    expect(read(shorter)).toMatchObject({ act: { severity: 'sev1', services: ['checkout'] } });
  });

  it('reads a query as it was typed where Slack made links of it', () => {
    expect(read('query up{host="<http://a.example.com|a.example.com>"} &gt; 0')).toMatchObject({
      request: { ask: 'query', promql: 'up{host="a.example.com"} > 0' },
    });
  });

  it('answers every text, whatever it is', () => {
    const word = fc.constantFrom(
      ...[
        'incident',
        'incidents',
        'declare',
        'note',
        'update',
        'status',
        'resolve',
        'sev1',
        'sev',
        '1',
        '12',
      ],
      ...[
        'INC-12',
        'inc',
        'lead',
        'comms',
        'role',
        '<@U123ABC|ana>',
        '@ana',
        'me',
        'on',
        'checkout',
        'chekout',
      ],
      ...[
        'postmortem',
        'export',
        'json',
        'list',
        'show',
        'search',
        'catch',
        'up',
        'catchup',
        'identified',
        ':',
      ],
      ...[
        'open',
        '__proto__',
        'constructor',
        'toString',
        '“',
        '\n',
        '&lt;',
        'post',
        'mortem',
        'what',
        'happened',
      ],
    );
    const text = fc.oneof(
      fc.array(word, { maxLength: 8 }).map((words) => words.join(' ')),
      fc.tuple(word, fc.string({ unit: 'grapheme', maxLength: 200 })).map((words) => words.join(' ')),
    );
    fc.assert(
      fc.property(text, (typed) => {
        const words = read(typed);
        if (words.ok) return;
        expect(words.suggestions.length).toBeGreaterThan(0);
        for (const one of words.suggestions) expect(read(one).ok, one).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });
});
