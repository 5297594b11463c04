import type { Claim } from '../paper.ts';
import { covarianceClaims } from './claims-covariance.ts';
import { barrierClaims, heightClaims } from './claims-height.ts';
import { noiseClaims } from './claims-noise.ts';
import { rolesClaims } from './claims-roles.ts';
import { schedulesClaims } from './claims-schedules.ts';
import { sharpnessClaims } from './claims-sharp.ts';
import { networkClaims, walkClaims } from './claims-walk.ts';

/** What paper W says of networks, in the order of its sections. */
export const networkPaperClaims: readonly Claim[] = [
  ...walkClaims,
  ...networkClaims,
  ...barrierClaims,
  ...sharpnessClaims,
  ...rolesClaims,
  ...heightClaims,
  ...noiseClaims,
  ...covarianceClaims,
  ...schedulesClaims,
];
