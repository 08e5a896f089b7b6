import { hash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  consistencyRanges,
  emptyRoot,
  inclusionRanges,
  leafHash,
  lineHash,
  MerkleTree,
  nodeHash,
  verifyConsistency,
  verifyInclusion,
} from '../src/journal/format/merkle.ts'
import { SubtreeRoots } from '../src/journal/proving/subtree-roots.ts'

/** The largest power of two smaller than `size`: the k of RFC 6962, section 2.1. */
function middleOf(size: number): number {
  return 2 ** Math.ceil(Math.log2(size) - 1)
}

/** MTH of RFC 6962, section 2.1, over the hashes of leaves. */
function treeHash(leaves: readonly string[]): string {
  const [only] = leaves
  if (only === undefined) return hash('sha256', '')
  if (leaves.length === 1) return only
  const middle = middleOf(leaves.length)
  const both = treeHash(leaves.slice(0, middle)) + treeHash(leaves.slice(middle))
  return hash('sha256', Buffer.from(`01${both}`, 'hex'))
}

/** PATH of RFC 6962, section 2.1.1. */
function auditPath(index: number, leaves: readonly string[]): string[] {
  if (leaves.length === 1) return []
  const middle = middleOf(leaves.length)
  const [left, right] = [leaves.slice(0, middle), leaves.slice(middle)]
  return index < middle
    ? [...auditPath(index, left), treeHash(right)]
    : [...auditPath(index - middle, right), treeHash(left)]
}

/** SUBPROOF of RFC 6962, section 2.1.2; PROOF is that of a whole old tree. */
function consistencyProof(oldSize: number, leaves: readonly string[], isWhole = true): string[] {
  if (oldSize === leaves.length) return isWhole ? [] : [treeHash(leaves)]
  const middle = middleOf(leaves.length)
  const [left, right] = [leaves.slice(0, middle), leaves.slice(middle)]
  return oldSize <= middle
    ? [...consistencyProof(oldSize, left, isWhole), treeHash(right)]
    : [...consistencyProof(oldSize - middle, right, false), treeHash(left)]
}

function leavesOf(count: number): string[] {
  return Array.from({ length: count }, (_, index) => leafHash(Buffer.from(`leaf ${index}`)))
}

/** The roots of these ranges, computed as a journal does. */
function rootsOf(ranges: ConstructorParameters<typeof SubtreeRoots>[0], leaves: readonly string[], gone = 0) {
  const head = new MerkleTree()
  for (const leaf of leaves.slice(0, gone)) head.append(leaf)
  const roots = new SubtreeRoots(ranges, { entries: gone, subtrees: head.subtrees })
  for (let index = gone; index < leaves.length; index++) roots.append(index, leaves[index] as string)
  return roots.roots()
}

/** One hash of a proof with one digit changed. */
function changed(proof: readonly string[], at: number): string[] {
  return proof.map((hash, index) => (index === at ? `${hash.slice(0, -1)}${hash.endsWith('0') ? 1 : 0}` : hash))
}

const sizes = fc.integer({ min: 1, max: 300 })

describe('known values', () => {
  // Leaves, roots and proofs of the reference implementation of RFC 6962: certificate-transparency's
  // merkletree/merkle_tree_test.cc, and transparency-dev/merkle's testonly/constants.go after it.
  const leaves = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
  const roots = [
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
    '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
    'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  ]
  const hashes = leaves.map((leaf) => leafHash(Buffer.from(leaf, 'hex')))

  test('the root of no leaves is the hash of nothing', () => {
    expect(emptyRoot).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
    expect(new MerkleTree().root()).toBe(emptyRoot)
  })

  test('the roots of one to eight leaves are those of the reference implementation', () => {
    const tree = new MerkleTree()
    const computed = hashes.map((leaf) => {
      tree.append(leaf)
      return tree.root()
    })
    expect(computed).toEqual(roots)
  })

  test('the proofs of the reference implementation hold', () => {
    const inclusion = [
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]
    const leaf = { leaf: hashes[5] as string, index: 5, size: 8, root: roots[7] as string }
    expect(verifyInclusion(leaf, inclusion)).toBe(true)
    const consistency = [
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]
    const growth = { oldSize: 6, oldRoot: roots[5] as string, newSize: 8, newRoot: roots[7] as string }
    expect(verifyConsistency(growth, consistency)).toBe(true)
  })
})

describe('a tree', () => {
  test('has the root that the definition gives, after each leaf', () => {
    const leaves = leavesOf(130)
    const tree = new MerkleTree()
    for (const [index, leaf] of leaves.entries()) {
      tree.append(leaf)
      expect(tree.root()).toBe(treeHash(leaves.slice(0, index + 1)))
      expect(tree.size).toBe(index + 1)
    }
  })

  test('goes on from the subtrees of another as if it had all leaves', () => {
    fc.assert(
      fc.property(sizes, sizes, (before, after) => {
        const leaves = leavesOf(before + after)
        const first = new MerkleTree()
        for (const leaf of leaves.slice(0, before)) first.append(leaf)
        const tree = new MerkleTree(before, first.subtrees)
        for (const leaf of leaves.slice(before)) tree.append(leaf)
        expect(tree.root()).toBe(treeHash(leaves))
      }),
      { numRuns: 40 },
    )
  })

  test('refuses subtrees that are not those of so many leaves', () => {
    expect(() => new MerkleTree(3, [emptyRoot])).toThrow('a tree of 3 leaves has 2 subtrees, not 1')
  })

  test('hashes a line in a buffer as the leaf of its bytes, and leaves the buffer as it was', () => {
    const buffer = Buffer.from('one\ntwo\n')
    expect(lineHash(buffer, 4, 7)).toBe(leafHash(Buffer.from('two')))
    expect(buffer.toString()).toBe('one\ntwo\n')
    expect(nodeHash(emptyRoot, emptyRoot)).toBe(hash('sha256', Buffer.from(`01${emptyRoot}${emptyRoot}`, 'hex')))
  })
})

describe('a proof of inclusion', () => {
  test('is the path that the definition gives, and holds, for every leaf of every tree of up to 40', () => {
    for (let size = 1; size <= 40; size++) {
      const leaves = leavesOf(size)
      const root = treeHash(leaves)
      for (const [index, leaf] of leaves.entries()) {
        const proof = rootsOf(inclusionRanges(index, size), leaves) as string[]
        expect(proof).toEqual(auditPath(index, leaves))
        expect(verifyInclusion({ leaf, index, size, root }, proof)).toBe(true)
      }
    }
  })

  test('holds for nothing else: another leaf, index, size, root or hash, one less or one more', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(), (size, indexSeed, atSeed) => {
        const leaves = leavesOf(size)
        const index = indexSeed % size
        const proof = auditPath(index, leaves)
        const inclusion = { leaf: leaves[index] as string, index, size, root: treeHash(leaves) }
        expect(verifyInclusion(inclusion, proof)).toBe(true)
        expect(verifyInclusion({ ...inclusion, leaf: emptyRoot }, proof)).toBe(false)
        expect(verifyInclusion({ ...inclusion, root: emptyRoot }, proof)).toBe(false)
        expect(verifyInclusion({ ...inclusion, index: size }, proof)).toBe(false)
        if (size > 1) expect(verifyInclusion({ ...inclusion, index: (index + 1) % size }, proof)).toBe(false)
        if (size > 1) expect(verifyInclusion(inclusion, changed(proof, atSeed % proof.length))).toBe(false)
        if (size > 1) expect(verifyInclusion(inclusion, proof.slice(1))).toBe(false)
        expect(verifyInclusion(inclusion, [...proof, emptyRoot])).toBe(false)
      }),
      { numRuns: 60 },
    )
  })

  test('is refused with numbers that are none, and with what is no hash', () => {
    const [leaf] = leavesOf(1) as [string]
    const inclusion = { leaf, index: 0, size: 1, root: leaf }
    expect(verifyInclusion(inclusion, [])).toBe(true)
    for (const index of [-1, 0.5, Number.NaN, 2 ** 53]) {
      expect(verifyInclusion({ ...inclusion, index }, [])).toBe(false)
      expect(verifyInclusion({ ...inclusion, size: index }, [])).toBe(false)
    }
    expect(verifyInclusion({ ...inclusion, leaf: leaf.toUpperCase(), root: leaf.toUpperCase() }, [])).toBe(false)
    expect(verifyInclusion({ ...inclusion, size: 2 }, ['not a hash'])).toBe(false)
  })
})

describe('a proof of consistency', () => {
  test('is the one that the definition gives, and holds, for every two trees of up to 40', () => {
    for (let newSize = 1; newSize <= 40; newSize++) {
      const leaves = leavesOf(newSize)
      const newRoot = treeHash(leaves)
      for (let oldSize = 1; oldSize <= newSize; oldSize++) {
        const oldRoot = treeHash(leaves.slice(0, oldSize))
        const proof = rootsOf(consistencyRanges(oldSize, newSize), leaves) as string[]
        expect(proof).toEqual(consistencyProof(oldSize, leaves))
        expect(verifyConsistency({ oldSize, oldRoot, newSize, newRoot }, proof)).toBe(true)
      }
    }
  })

  test('holds for nothing else: another root or hash, one less or one more', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(), (newSize, oldSeed, atSeed) => {
        const leaves = leavesOf(newSize)
        const oldSize = 1 + (oldSeed % newSize)
        const proof = consistencyProof(oldSize, leaves)
        const growth = { oldSize, oldRoot: treeHash(leaves.slice(0, oldSize)), newSize, newRoot: treeHash(leaves) }
        expect(verifyConsistency(growth, proof)).toBe(true)
        expect(verifyConsistency({ ...growth, oldRoot: emptyRoot }, proof)).toBe(false)
        expect(verifyConsistency({ ...growth, newRoot: emptyRoot }, proof)).toBe(false)
        expect(verifyConsistency(growth, [...proof, emptyRoot])).toBe(false)
        if (proof.length === 0) return
        expect(verifyConsistency(growth, proof.slice(1))).toBe(false)
        expect(verifyConsistency(growth, changed(proof, atSeed % proof.length))).toBe(false)
      }),
      { numRuns: 60 },
    )
  })

  test('is refused for an empty old tree, of which nothing can be shown, and for a new tree that is smaller', () => {
    const [one, two] = [treeHash(leavesOf(1)), treeHash(leavesOf(2))]
    expect(verifyConsistency({ oldSize: 0, oldRoot: emptyRoot, newSize: 1, newRoot: one }, [])).toBe(false)
    expect(verifyConsistency({ oldSize: 2, oldRoot: two, newSize: 1, newRoot: one }, [])).toBe(false)
  })
})

describe('where the first leaves are gone', () => {
  test('every leaf that is left can be proved', () => {
    for (let size = 1; size <= 24; size++) {
      const leaves = leavesOf(size)
      for (let gone = 0; gone < size; gone++) {
        for (let index = gone; index < size; index++) {
          expect(rootsOf(inclusionRanges(index, size), leaves, gone)).toEqual(auditPath(index, leaves))
        }
      }
    }
  })

  test('growth from any size that is not before them can be proved, and no root is ever wrong', () => {
    for (let size = 1; size <= 24; size++) {
      const leaves = leavesOf(size)
      for (let gone = 0; gone <= size; gone++) {
        for (let oldSize = 1; oldSize <= size; oldSize++) {
          const right = consistencyProof(oldSize, leaves)
          const roots = rootsOf(consistencyRanges(oldSize, size), leaves, gone)
          if (oldSize >= gone) expect(roots).toEqual(right)
          for (const [at, root] of roots.entries()) expect([right[at], undefined]).toContain(root)
        }
      }
    }
  })
})
