/** Bodies as flag services send them, made up here after their documentation and source. Times are of the morning of 24 November 2026, UTC. */

/** An event of Unleash's log as its webhook posts it where no body template is set. */
export function unleashEvent(type: string, more: object = {}) {
  return {
    ...{ id: 920, type, createdBy: 'noor', createdByUserId: 4, createdAt: '2026-11-24T11:59:00.549Z' },
    ...{ data: null, preData: null, tags: [{ type: 'simple', value: 'shop' }] },
    ...{ featureName: 'new-checkout', project: 'shop', environment: 'production' },
    ...more,
  };
}

export function unleashStrategy(rollout: string, more: object = {}) {
  return {
    ...{ id: '3f4bf713-696c', name: 'flexibleRollout', title: '', sortOrder: 0, disabled: false },
    ...{ constraints: [], segments: [], variants: [] },
    parameters: { groupId: 'new-checkout', rollout, stickiness: 'default' },
    ...more,
  };
}

/** LaunchDarkly's configuration of a flag in one environment. */
export function served(more: object = {}) {
  return {
    ...{ on: true, archived: false, salt: 'ee006f82', sel: 'd928ffd4', version: 4 },
    ...{ lastModified: Date.UTC(2026, 10, 24, 11, 59), targets: [], contextTargets: [], rules: [] },
    ...{ fallthrough: { variation: 1 }, offVariation: 1, prerequisites: [], trackEvents: false },
    ...{ _site: { href: '/shop/production/features/new-checkout', type: 'text/html' } },
    _environmentName: 'Production',
    ...more,
  };
}

/** A percentage rollout of the first of two variations. */
export const percent = (of: number) => ({
  rollout: {
    variations: [
      { variation: 0, weight: of * 1000 },
      { variation: 1, weight: 100_000 - of * 1000 },
    ],
    bucketBy: 'key',
  },
});

export function darklyFlag(environments: object, more: object = {}) {
  return {
    ...{ name: 'New checkout', kind: 'boolean', key: 'new-checkout', _version: 4, tags: [] },
    variations: [
      { _id: 'a', value: true, name: 'on' },
      { _id: 'b', value: false, name: 'off' },
    ],
    ...{ archived: false, defaults: { onVariation: 0, offVariation: 1 }, environments },
    ...more,
  };
}

/** An entry of LaunchDarkly's audit log, which is what its webhooks send: the flag in production, before and after. */
export function darklyEntry(action: string, [before, after]: [object, object], more: object = {}) {
  const site = { href: '/shop/production/features/new-checkout', type: 'text/html' };
  const test = served({ on: false, _site: { href: '/shop/test/features/new-checkout', type: 'text/html' } });
  return {
    _links: { self: { href: '/api/v2/auditlog/1234', type: 'application/json' }, site },
    ...{ _id: '57c0a8e29969', _accountId: '1', date: Date.UTC(2026, 10, 24, 11, 59) },
    accesses: [{ action, resource: 'proj/shop:env/production:flag/new-checkout' }],
    ...{ kind: 'flag', name: 'New checkout', description: '* Turned the flag on', comment: '' },
    member: { _id: '5', email: 'noor@shop.example', firstName: 'Noor', lastName: 'Example' },
    titleVerb: 'updated the flag',
    title:
      'Noor updated the flag [New checkout](https://app.launchdarkly.com/shop/production/features/new-checkout)',
    target: { _links: { site }, name: 'New checkout' },
    previousVersion: darklyFlag({ production: before, test }),
    currentVersion: darklyFlag({ production: after, test }),
    ...more,
  };
}

/** What Flagsmith tells of a flag in an environment. */
export function smithState(enabled: boolean, more: object = {}) {
  return {
    enabled,
    environment: { id: 23, name: 'Production' },
    feature: {
      ...{ id: 7168, created_date: '2026-11-01T20:03:43.348556Z', default_enabled: false },
      ...{ description: null, initial_value: null, name: 'new-checkout', type: 'STANDARD' },
      project: { id: 12, name: 'shop' },
    },
    ...{ feature_segment: null, feature_state_value: null, identity: null, identity_identifier: null },
    multivariate_feature_state_values: [] as object[],
    ...more,
  };
}

/** Variants of a multivariate flag, each with its percentage of the traffic. */
export function smithVariants(...percentages: number[]) {
  const feature = { ...smithState(true).feature, type: 'MULTIVARIATE', initial_value: 'control' };
  const values = percentages.map((percentage_allocation, i) => ({
    ...{ id: i + 1, percentage_allocation },
    multivariate_feature_option: { id: i + 11, value: `variant ${i}` },
  }));
  return { feature, multivariate_feature_state_values: values };
}

export function smithEvent(event_type: string, states: object, more: object = {}) {
  return {
    data: { changed_by: 'noor@shop.example', timestamp: '2026-11-24T11:59:00.595298Z', ...states, ...more },
    event_type,
  };
}

type Example = { readonly body: object; readonly headers?: Record<string, string> };

/** One change of each kind of body, and bodies of which nothing follows. */
export const FLAG_EXAMPLES: { readonly changes: readonly Example[]; readonly nothing: readonly Example[] } = {
  changes: [
    { body: { flag: 'new-checkout', service: 'checkout', percent: 10, id: 'c-17' } },
    {
      body: unleashEvent('feature-strategy-update', {
        data: unleashStrategy('10'),
        preData: unleashStrategy('1'),
      }),
    },
    { body: darklyEntry('updateOn', [served({ on: false }), served({ fallthrough: percent(10) })]) },
    { body: smithEvent('FLAG_UPDATED', { new_state: smithState(true), previous_state: smithState(false) }) },
  ],
  nothing: [
    { body: unleashEvent('feature-tagged', { environment: null }) },
    { body: darklyEntry('updateTags', [served(), served()]) },
    { body: darklyEntry('updateName', [served(), served()], { kind: 'environment' }) },
    { body: smithEvent('AUDIT_LOG_CREATED', { log: 'New Flag created: new-checkout' }) },
  ],
};
