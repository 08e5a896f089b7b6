import { existsSync, readFileSync } from 'node:fs'
import { canonicalJson } from '@toolgate/core'
import { expect, test } from 'vitest'
import { verifyConsistency, verifyInclusion } from '../src/journal/format/merkle.ts'
import { decodeNoteKey, isSignedBy, keyId, parseNote } from '../src/journal/format/note.ts'

/** Test vectors of public projects, which stand beside the repository and are no part of it. */
const folder = new URL('../../../../../shared/vectors/', import.meta.url)
const names = ['merkle', 'rfc8785', 'signed-note'] as const

function vectors<Vectors>(name: (typeof names)[number]): Vectors {
  return JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as Vectors
}

interface MerkleCase {
  readonly name: string
  readonly wantErr: boolean
  readonly proof: readonly string[] | null
}

interface InclusionCase extends MerkleCase {
  readonly leafIdx: number
  readonly treeSize: number
  readonly root: string | null
  readonly leafHash: string | null
}

interface ConsistencyCase extends MerkleCase {
  readonly size1: number
  readonly size2: number
  readonly root1: string | null
  readonly root2: string | null
}

function hexOf(base64: string | null): string {
  return Buffer.from(base64 ?? '', 'base64').toString('hex')
}

const absent = names.filter((name) => !existsSync(new URL(`${name}.json`, folder)))

if (absent.length > 0) {
  test(`the vectors ${absent.join(', ')} are not here: what they would show was NOT tested`, () => {
    console.log(`not found in ${folder.pathname}: ${absent.map((name) => `${name}.json`).join(', ')}`)
    expect(absent).not.toEqual([])
  })
}

if (!absent.includes('merkle')) {
  const { inclusion, consistency } = vectors<{
    inclusion: readonly InclusionCase[]
    consistency: readonly ConsistencyCase[]
  }>('merkle')

  test(`proofs of inclusion are taken and refused as transparency-dev does (${inclusion.length} cases)`, () => {
    expect(inclusion.length).toBeGreaterThan(50)
    // An index of 2^64 - 1 is no whole number that JavaScript can hold; it is refused like any other that is too large.
    const taken = inclusion.map(({ name, leafIdx, treeSize, root, leafHash, proof }) => {
      const about = { leaf: hexOf(leafHash), index: leafIdx, size: treeSize, root: hexOf(root) }
      return [name, verifyInclusion(about, (proof ?? []).map(hexOf))]
    })
    expect(taken).toEqual(inclusion.map(({ name, wantErr }) => [name, !wantErr]))
  })

  test(`proofs of consistency are taken and refused as transparency-dev does (${consistency.length} cases)`, () => {
    expect(consistency.length).toBeGreaterThan(50)
    const taken = consistency.map(({ name, size1, size2, root1, root2, proof }) => {
      const about = { oldSize: size1, oldRoot: hexOf(root1), newSize: size2, newRoot: hexOf(root2) }
      return [name, verifyConsistency(about, (proof ?? []).map(hexOf))]
    })
    expect(taken).toEqual(consistency.map(({ name, wantErr }) => [name, !wantErr]))
  })
}

if (!absent.includes('rfc8785')) {
  const { cases } = vectors<{ cases: readonly { name: string; input: string; output: string }[] }>('rfc8785')

  test.for(cases)('$name becomes canonical JSON as in the test data of RFC 8785', ({ input, output }) => {
    expect(canonicalJson(JSON.parse(input))).toBe(output)
  })
}

if (!absent.includes('signed-note')) {
  const { verifier, text, signature } = vectors<{ verifier: string; text: string; signature: string }>('signed-note')

  test('the signed note of golang.org/x/mod/sumdb/note is verified with its key, and not when changed', () => {
    const key = decodeNoteKey(verifier)
    const note = parseNote(`${text}\n${signature}\n`)
    expect(note.text).toBe(text)
    expect(note.signatures.map(({ name, keyId: id }) => [name, id])).toEqual([[key.name, keyId(key)]])
    expect(isSignedBy(note, key)).toBe(true)
    expect(isSignedBy({ ...note, text: text.replace('answer', 'Answer') }, key)).toBe(false)
  })
}
