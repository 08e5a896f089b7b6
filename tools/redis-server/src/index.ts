export { type RedisCluster, startRedisCluster } from './cluster.ts'
export { findRedisServer } from './find.ts'
export { type RedisServer, type RedisServerOptions, startRedis } from './server.ts'
export { freePort, until } from './wait.ts'
