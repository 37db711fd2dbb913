import { TotpCode, Verdict } from '../methods/second-factor.method';
import { Guess, STEP_MS } from './guess';

/** A guess is looked up by its id and that of the previous step, so older entries are of no use. */
const KEEP_MS = 2 * STEP_MS;
/** Beyond it, the oldest go: their next use only costs what a first one does. */
const MOST = 10_000;

/**
 * TOTP codes that this process has accepted and claimed. Their clients may show them again (contract §4), which then
 * takes no attempt and no claim (docs/adr/0003).
 */
export class AcceptedCodesCache {
  private readonly proofs = new Map<string, { proof: TotpCode; clientHash: string; at: number }>();

  /** @param clientHash which holds the claim: each sign-in is a client of its own */
  has(guess: Guess, clientHash: string): boolean {
    return this.find(guess, clientHash) !== undefined;
  }

  /** Whether this verdict is the accepted one, so that its claim is this client's. */
  includes(guess: Guess, clientHash: string, verdict: Verdict): boolean {
    const accepted = this.find(guess, clientHash);
    return (
      verdict?.kind === 'totp' &&
      verdict.timeStep === accepted?.timeStep &&
      verdict.secretHash === accepted.secretHash
    );
  }

  add({ id, now }: Guess, clientHash: string, proof: TotpCode): void {
    this.proofs.delete(id);
    this.proofs.set(id, { proof, clientHash, at: now.getTime() });
    this.forget(now.getTime() - KEEP_MS);
  }

  private find({ id, formerId }: Guess, clientHash: string): TotpCode | undefined {
    const accepted = this.proofs.get(id) ?? this.proofs.get(formerId);
    return accepted?.clientHash === clientHash ? accepted.proof : undefined;
  }

  private forget(before: number): void {
    for (const [id, { at }] of this.proofs) {
      if (at >= before && this.proofs.size <= MOST) return;
      this.proofs.delete(id);
    }
  }
}
