import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isWithin, parseAddress, parseNetwork } from '../src/condition/network.ts'

function isIn(address: string, network: string): boolean | undefined {
  const [parsedAddress, parsedNetwork] = [parseAddress(address), parseNetwork(network)]
  return parsedAddress && parsedNetwork && isWithin(parsedAddress, parsedNetwork)
}

describe('a network', () => {
  test.each([
    ['10.0.0.0/8', ['10.0.0.0', '10.255.255.255', '::ffff:10.1.2.3', '::ffff:a01:203'], ['9.255.255.255', '11.0.0.0']],
    ['10.1.2.3', ['10.1.2.3', '::ffff:10.1.2.3'], ['10.1.2.2', '10.1.2.4']],
    ['10.1.2.3/32', ['10.1.2.3'], ['10.1.2.2']],
    ['192.168.4.0/22', ['192.168.4.0', '192.168.7.255'], ['192.168.3.255', '192.168.8.0']],
    ['128.0.0.0/1', ['128.0.0.0', '255.255.255.255'], ['127.255.255.255']],
    ['0.0.0.0/0', ['0.0.0.0', '255.255.255.255', '::ffff:1.2.3.4'], ['::', '::1', '::1.2.3.4']],
    ['::1/128', ['::1', '0:0:0:0:0:0:0:1', '::0.0.0.1'], ['::', '::2', '0.0.0.1']],
    ['fe80::/10', ['fe80::1', 'febf:ffff::'], ['fe7f::', 'fec0::']],
    ['2001:db8::/33', ['2001:db8:7fff::1'], ['2001:db8:8000::']],
    ['::/0', ['::', 'ffff::', '::1.2.3.4'], ['1.2.3.4', '::ffff:1.2.3.4']],
    ['::ffff:10.0.0.0/104', ['10.1.2.3', '::ffff:10.1.2.3'], ['11.0.0.0', '::1']],
    ['::ffff:0:0/96', ['1.2.3.4', '::ffff:1.2.3.4'], ['::1']],
    ['::ffff:10.1.2.3', ['10.1.2.3'], ['10.1.2.4']],
  ])('%s has its addresses and no others', (network, within, outside) => {
    expect(within.filter((address) => isIn(address, network) !== true)).toEqual([])
    expect(outside.filter((address) => isIn(address, network) !== false)).toEqual([])
  })

  test.each([
    '',
    '10.0.0.1/8',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/08',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0.0 /8',
    '10.0.0/8',
    '010.0.0.0/8',
    '0x0a.0.0.0/8',
    '10.0.0.0/255.0.0.0',
    '::1/64',
    '::/129',
    '::ffff:0:0/95',
    '::ffff:10.0.0.1/104',
    '[::1]/128',
    'fe80::1%eth0',
    'fe80::%eth0/10',
    'example.com',
    '*',
    '1'.repeat(1_000_000),
  ])('can not be %j', (text) => {
    expect(parseNetwork(text)).toBeUndefined()
  })

  test('has exactly the addresses that begin with its bits', () => {
    const byte = fc.integer({ min: 0, max: 255 })
    const address = fc.tuple(byte, byte, byte, byte)
    const bits = (bytes: readonly number[]) => bytes.map((each) => each.toString(2).padStart(8, '0')).join('')
    const near = fc
      .record({ base: address, length: fc.integer({ min: 0, max: 32 }), flipped: fc.integer({ min: 0, max: 31 }) })
      .map(({ base, length, flipped }) => {
        const prefix = bits(base).slice(0, length).padEnd(32, '0')
        const other = [...prefix].map((bit, index) => (index === flipped ? String(1 - Number(bit)) : bit)).join('')
        const text = (each: string) =>
          each
            .match(/.{8}/g)
            ?.map((part) => Number.parseInt(part, 2))
            .join('.') ?? ''
        return { network: `${text(prefix)}/${length}`, other: text(other), isWithin: flipped >= length }
      })
    fc.assert(
      fc.property(near, ({ network, other, isWithin: expected }) => {
        expect(isIn(other, network)).toBe(expected)
        expect(isIn(`::ffff:${other}`, network)).toBe(expected)
      }),
    )
  })
})
