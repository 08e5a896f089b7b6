export {
  type ArgumentRedactions,
  type AuditGateOptions,
  type AuditPolicy,
  auditGate,
  type ToolAuditGate,
} from './audit-gate.ts'
export type {
  AuditEntry,
  AuditIntent,
  AuditOutcome,
  AuditSink,
  Durability,
  ErasableValue,
  RecordContext,
  RecordedDecision,
} from './entry.ts'
export type { Checkpoint } from './journal/checkpoint.ts'
export type { CheckpointListener } from './journal/checkpoints.ts'
export type { CopiedEntry, JournalCopy } from './journal/copies/copy.ts'
export { type PinoCopyLogger, type PinoCopyOptions, pinoCopy } from './journal/copies/pino-copy.ts'
export { type JournalDamage, JournalDamageError } from './journal/damage.ts'
export { type Journal, journal } from './journal/journal.ts'
export type { JournalCall, JournalFilter, ReadJournalOptions } from './journal/journal-call.ts'
export { JournalError } from './journal/journal-error.ts'
export {
  type InvalidProof,
  type ValidEntryProof,
  type ValidGrowthProof,
  type VerifyEntryProofOptions,
  type VerifyGrowthProofOptions,
  verifyEntryProof,
  verifyGrowthProof,
} from './journal/proof.ts'
export {
  type EntryProof,
  type ProveEntryOptions,
  type ProveGrowthOptions,
  proveEntry,
  proveGrowth,
} from './journal/prove.ts'
export { readJournal } from './journal/read.ts'
export type {
  JournalFinding,
  JournalReport,
  JournalVerdict,
  VerifyJournalOptions,
  WriterReport,
} from './journal/report.ts'
export type { JournalOptions } from './journal/settings.ts'
export type { CheckpointSigner } from './journal/signing-key.ts'
export { verifyJournal } from './journal/verify.ts'
export { type JsonlSinkOptions, jsonlSink } from './jsonl-sink.ts'
export { type MemorySink, type MemorySinkOptions, memorySink } from './memory-sink.ts'
export { type PinoLogger, pinoSink } from './pino-sink.ts'
