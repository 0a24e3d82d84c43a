// The steps of a verification by their numbers, and how one can end.
import { Refusal } from './encoding.js';

export const STEPS = (
  'policy checkpoints consistency header key signature canonical leaf lot-tag inclusion bracket disclosures inputs ' +
  'chain anchor lateness subject label status issuer handovers'
).split(' ');
export const PASSED = 'passed', FAILED = 'failed', NOTED = 'noted', ABSENT = 'absent';

export const step = (code, state, reason = '') => ({ step: STEPS.indexOf(code) + 1, code, state, reason });
export const failure = (code, refusal) => {
  if (!(refusal instanceof Refusal)) throw refusal;
  return step(code, FAILED, refusal.reason);
};
