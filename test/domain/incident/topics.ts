/** Ways in which services fail: what both tellings name, then how one person puts it, then how another does. */
export const TOPICS: readonly {
  readonly core: readonly string[];
  readonly tellings: readonly [readonly string[], readonly string[]];
}[] = [
  'connection pool|exhausted waiting borrow leak clients starved|depleted acquire slots idle handles unreturned',
  'certificate expiry|handshake rejected renewal lapsed trust chain|tls outdated signing refused peers rotation',
  'memory heap|killed growing cache unbounded pressure collector|leak allocation swap oom evicted resident',
  'disk volume|full inodes logs rotated space writes|storage capacity partition filled journal blocked',
  'deadlock transaction|rows contention locked rollback isolation writers|waiting mutual table aborted retrying order',
  'consumer lag|backlog partitions rebalance stuck offsets unread|messages behind queueing slow delivery piling',
  'dns resolver|lookup nxdomain servers cached names failing|hostname resolution unreachable records stale zone',
  'replica replication|behind stale reads primary failover slots|delayed follower standby outdated promoted stream',
  'rate limiting|throttled quota rejected upstream partner burst|refused allowance exceeded provider calls spike',
  'token signature|keys rotated verification sessions logged denied|credentials invalid issuer users rejected auth',
  'schema migration|column missing deployed backfill altered index|table changed incompatible rename release statement',
  'garbage pauses|collector stalls young promotion latency stop|freezes runtime compaction tail threads world',
  'thread saturation|blocked workers executor stuck synchronous pool|busy occupied tasks hanging scheduler starvation',
  'timeout downstream|slow answers dependency cascade waiting budget|late replies upstream hanging chained deadline',
  'retry amplification|storm backoff clients repeated doubled load|repeats multiplied traffic jitter loops avalanche',
  'cache stampede|cold misses flushed origin recompute keys|empty invalidated refill database thundering hits',
  'payload parsing|malformed unexpected field decoder null version|format invalid body deserialise broken contract',
  'clock skew|drift ntp timestamps future ordering expired|time wrong synchronisation offset dates hosts',
  'autoscaler replicas|pending unschedulable quota nodes minimum slow|instances insufficient scaling headroom cluster late',
  'firewall egress|blocked rule network policy dropped outbound|packets denied traffic route security closed',
  'currency rounding|amounts mismatch totals cents precision ledger|sums wrong decimals charged invoices difference',
  'search shard|unassigned red cluster relocation heap indexing|missing partition recovering results incomplete rebuild',
  'webhook duplicates|delivered twice idempotency replayed orders keys|repeated callbacks processed again double notification',
  'config flag|wrong default environment override rolled typo|setting mistaken value variable switched released',
].map((line) => {
  const [core = '', one = '', other = ''] = line.split('|');
  return { core: core.split(' '), tellings: [one.split(' '), other.split(' ')] };
});

/** What is said of any incident. */
export const CHATTER: readonly string[] =
  'customers checked dashboards support paged call started looking errors graphs traffic normal team joined update mitigated recovered monitoring release minutes requests slow failing engineers stable watching again restarted investigation'.split(
    ' ',
  );

/** What alerts are of: the name of a label, and what its value begins with. */
export const PARTS = ['queue', 'endpoint', 'database', 'topic', 'tenant', 'cache'] as const;

export const ALERTS: readonly string[] = [
  ...['HighErrorRate', 'LatencyTooHigh', 'QueueGrowing', 'SaturationHigh', 'BudgetBurn', 'JobFailing'],
  ...[
    'ProbeFailing',
    'ThroughputDropped',
    'RestartsFrequent',
    'DependencyErrors',
    'StaleData',
    'DiskFilling',
  ],
  ...[
    'ConnectionsHigh',
    'ConsumerBehind',
    'CertificateEnding',
    'LoginsFailing',
    'PaymentsFailing',
    'CacheMisses',
  ],
  ...['MemoryHigh', 'RejectedRequests'],
];
