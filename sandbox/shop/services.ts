/** One service of the shop as it normally is; faults and deploys change it while it runs. */
export type ShopService = {
  readonly name: string;
  /** The version that ran last. */
  readonly version: string;
  readonly routes: readonly { readonly route: string; readonly share: number }[];
  /** Share of the shop's visits that make a request to it. */
  readonly perVisit: number;
  /** Median of the time that a request takes, in seconds. */
  readonly median: number;
  /** Spread of that time: the standard deviation of its logarithm. */
  readonly spread: number;
  /** Share of requests that fail on an ordinary day. */
  readonly failing: number;
  /** Services that it waits for, each in a share of its requests. */
  readonly calls: readonly { readonly service: string; readonly share: number }[];
  /** Connections in its pool to the database, where it has one. */
  readonly pool?: number;
};

/** The shop: five services, from the page that visitors open to the mail that they get. */
export const SERVICES: readonly ShopService[] = [
  {
    name: 'storefront',
    version: 'v5.12.0',
    routes: [
      { route: '/', share: 0.4 },
      { route: '/products/{id}', share: 0.6 },
    ],
    perVisit: 1,
    median: 0.045,
    spread: 0.45,
    failing: 0.0006,
    // Products, prices and what others bought are asked for at the same time.
    calls: [
      { service: 'catalog', share: 0.8 },
      { service: 'catalog', share: 0.8 },
      { service: 'catalog', share: 0.8 },
      { service: 'checkout', share: 0.7 },
    ],
  },
  {
    name: 'catalog',
    version: 'v2.7.3',
    routes: [{ route: '/products', share: 1 }],
    perVisit: 2.4,
    median: 0.022,
    spread: 0.4,
    failing: 0.0003,
    calls: [],
    pool: 20,
  },
  {
    name: 'checkout',
    version: 'v1.4.1',
    routes: [{ route: '/checkout', share: 1 }],
    perVisit: 0.7,
    median: 0.096,
    spread: 0.5,
    failing: 0.001,
    calls: [
      { service: 'ledger', share: 1 },
      { service: 'mailer', share: 0.5 },
    ],
    pool: 10,
  },
  {
    name: 'ledger',
    version: 'v3.0.8',
    routes: [{ route: '/bookings', share: 1 }],
    perVisit: 0.7,
    median: 0.018,
    spread: 0.35,
    failing: 0.0002,
    calls: [],
  },
  {
    name: 'mailer',
    version: 'v0.9.4',
    routes: [{ route: '/mails', share: 1 }],
    perVisit: 0.35,
    median: 0.06,
    spread: 0.6,
    failing: 0.0015,
    calls: [],
  },
];

/** Upper bounds of the histograms, in seconds; those of OpenTelemetry's HTTP conventions, made thinner. */
export const BOUNDS = [0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5] as const;
