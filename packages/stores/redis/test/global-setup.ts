import { findRedisServer } from '@toolgate/redis-server'

/** Finds or installs the server once, before test files that run side by side would each begin to. */
export default function setup(): void {
  findRedisServer()
}
