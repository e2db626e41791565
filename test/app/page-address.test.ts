import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressOf, type Page, pageAt } from '#app/page-address.ts';

const BASE = 'https://bellbuoy.example.com/ops/';
const name = fc
  .string({ unit: 'binary', minLength: 1 })
  .filter((text) => text.isWellFormed() && !/^\.{1,2}$/.test(text));
const second = fc.integer({ min: 1, max: 4_000_000_000 });
const pages: fc.Arbitrary<Page> = fc.oneof(
  fc.constantFrom({ page: 'fleet' }, { page: 'incidents' }, { page: 'coverage' }, { page: 'digests' }),
  fc.record({ page: fc.constant('service'), service: name }),
  fc
    .tuple(name, second, second)
    .filter(([, a, b]) => a !== b)
    .map(([service, a, b]) => ({
      ...{ page: 'service', service },
      range: { from: Math.min(a, b) * 1000, to: Math.max(a, b) * 1000 },
    })),
  fc.record({ page: fc.constantFrom('incident', 'postmortem'), incident: name }),
  fc.record({ page: fc.constant('digest'), digest: name }),
) as fc.Arbitrary<Page>;

describe('the address of a page', () => {
  it('opens the same page, whatever things are called', () => {
    fc.assert(
      fc.property(pages, (page) => {
        expect(pageAt(BASE, addressOf(BASE, page))).toEqual(page);
      }),
    );
  });

  it.each([
    [{ page: 'fleet' }, 'https://bellbuoy.example.com/ops/pages'],
    [
      { page: 'postmortem', incident: 'INC-12' },
      'https://bellbuoy.example.com/ops/pages/incidents/INC-12/postmortem',
    ],
    [
      { page: 'service', service: 'checkout', range: { from: 0, to: 3_600_000 } },
      'https://bellbuoy.example.com/ops/pages/services/checkout?from=1970-01-01T00:00:00Z&to=1970-01-01T01:00:00Z',
    ],
    [
      { page: 'digest', digest: '2026-11-23 payments' },
      'https://bellbuoy.example.com/ops/pages/digests/2026-11-23%20payments',
    ],
  ] as const)('is readable: %o', (page, address) => {
    expect(addressOf(BASE, page)).toBe(address);
  });

  it.each([
    'https://elsewhere.example.com/ops/pages',
    'https://bellbuoy.example.com/pages',
    'https://bellbuoy.example.com/ops/pages/nothing/x',
    'https://bellbuoy.example.com/ops/pages/services/a/b',
    'https://bellbuoy.example.com/ops/pages/services/%E0%A4%A',
    'nonsense',
  ])('that is none of ours opens nothing: %s', (address) => {
    expect(pageAt(BASE, address)).toBeUndefined();
  });

  it('with a stretch that is none opens the service as it is now', () => {
    for (const query of [
      'from=x&to=y',
      'from=2026-11-24T12:00:00Z',
      'from=2026-11-24T12:00:00Z&to=2026-11-24T11:00:00Z',
    ])
      expect(pageAt(BASE, `https://bellbuoy.example.com/ops/pages/services/checkout?${query}`)).toEqual({
        ...{ page: 'service', service: 'checkout' },
      });
  });
});
