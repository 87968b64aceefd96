/** What Lambda costs in one region, in US dollars (in China in yuan). */
export interface Price {
  /** For each GB-second of one architecture, first tier. */
  readonly perGbSecond: number;
  readonly perRequest: number;
  readonly currency: 'USD' | 'CNY';
}

/** One billed invocation, as its REPORT line says. */
export interface BilledInvocation {
  readonly billedDurationMs: number;
  readonly memorySizeMb: number;
  readonly ephemeralStorageMb?: number;
}

export interface PriceQuery {
  readonly region: string | undefined;
  readonly architecture: 'x86_64' | 'arm64';
}

const FREE_EPHEMERAL_MB = 512;
const PER_EPHEMERAL_GB_SECOND = 0.000_000_030_9;

/** Dollars for each GB-second and request; AWS Lambda pricing page, 2026, for the regions that have no price of their own. */
const COMMON = { x86_64: 0.000_016_666_7, arm64: 0.000_013_333_4, perRequest: 0.000_000_2 } as const;

/** Regions that cost more (AWS Lambda pricing page, first tier). */
const DEARER: Readonly<
  Record<string, { readonly x86_64: number; readonly arm64: number; readonly perRequest: number }>
> = {
  'af-south-1': { x86_64: 0.000_022_1, arm64: 0.000_017_68, perRequest: 0.000_000_27 },
  'ap-east-1': { x86_64: 0.000_022_92, arm64: 0.000_018_336, perRequest: 0.000_000_28 },
  'eu-south-1': { x86_64: 0.000_019_517_2, arm64: 0.000_015_613_8, perRequest: 0.000_000_23 },
  'me-south-1': { x86_64: 0.000_020_666_7, arm64: 0.000_016_533_4, perRequest: 0.000_000_25 },
};

const CHINA = { x86_64: 0.000_113_477, arm64: 0.000_090_8, perRequest: 0.000_001_36 } as const;

/** The list price of a region; free tier, discounts and the lower tiers of large accounts are left out. */
export function priceOf({ region = '', architecture }: PriceQuery): Price {
  const isChina = region.startsWith('cn-');
  const price = isChina ? CHINA : (DEARER[region] ?? COMMON);
  return { perGbSecond: price[architecture], perRequest: price.perRequest, currency: isChina ? 'CNY' : 'USD' };
}

/**
 * What one invocation on demand costs: its request, its memory for as long as is billed, and what /tmp
 * has above 512 MB (AWS Lambda pricing page).
 */
export function costOf(invocation: BilledInvocation, price: Price): number {
  const { billedDurationMs, memorySizeMb, ephemeralStorageMb = FREE_EPHEMERAL_MB } = invocation;
  const seconds = billedDurationMs / 1_000;
  const storageGb = Math.max(0, ephemeralStorageMb - FREE_EPHEMERAL_MB) / 1_024;
  return (
    price.perRequest +
    (memorySizeMb / 1_024) * seconds * price.perGbSecond +
    storageGb * seconds * PER_EPHEMERAL_GB_SECOND
  );
}
