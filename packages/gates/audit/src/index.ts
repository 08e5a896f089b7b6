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
export type { CopiedEntry, JournalCopy } from './journal/copies/copy.ts'
export { type PinoCopyLogger, type PinoCopyOptions, pinoCopy } from './journal/copies/pino-copy.ts'
export type { Checkpoint } from './journal/format/checkpoint.ts'
export { type Journal, journal } from './journal/journal.ts'
export { JournalError } from './journal/journal-error.ts'
export {
  type InvalidProof,
  type ValidEntryProof,
  type ValidGrowthProof,
  type VerifyEntryProofOptions,
  type VerifyGrowthProofOptions,
  verifyEntryProof,
  verifyGrowthProof,
} from './journal/proving/proof.ts'
export {
  type EntryProof,
  type ProveEntryOptions,
  type ProveGrowthOptions,
  proveEntry,
  proveGrowth,
} from './journal/proving/prove.ts'
export { type JournalDamage, JournalDamageError } from './journal/reading/damage.ts'
export type { JournalCall, JournalFilter, ReadJournalOptions } from './journal/reading/journal-call.ts'
export { readJournal } from './journal/reading/read.ts'
export type { JournalOptions } from './journal/settings.ts'
export { type ReadErasableOptions, type RecordedValue, readErasable } from './journal/upkeep/erasing.ts'
export type {
  JournalFinding,
  JournalReport,
  JournalVerdict,
  VerifyJournalOptions,
  WriterReport,
} from './journal/verification/report.ts'
export { verifyJournal } from './journal/verification/verify.ts'
export type { CheckpointListener } from './journal/writing/checkpoints.ts'
export type { CheckpointSigner } from './journal/writing/signing-key.ts'
export { type JsonlSinkOptions, jsonlSink } from './jsonl-sink.ts'
export { type MemorySink, type MemorySinkOptions, memorySink } from './memory-sink.ts'
export { type PinoLogger, pinoSink } from './pino-sink.ts'
