export { type CachedUserServiceOptions, cachedUserService } from './cached-user-service.js';
export { type UserCache, type UserCacheOptions, userCache } from './user-cache.js';
