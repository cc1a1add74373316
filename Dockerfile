# syntax=docker/dockerfile:1
# The image of the API. To build, run and deploy it, see docs/operations/container.md.

# Each line is a complete reference, which Renovate can update and pin by digest. It could not if a variable had only
# the version.
ARG BUILD_IMAGE=node:24-trixie-slim
ARG RUNTIME_IMAGE=gcr.io/distroless/nodejs24-debian13:nonroot

# The result is the same on every platform, so an ARM image is built without emulation.
FROM --platform=$BUILDPLATFORM ${BUILD_IMAGE} AS build
WORKDIR /repo
ENV CI=true npm_config_cache=/npm
COPY . .
# npx fetches the version of pnpm that .npmrc pins. The root package has the compiler.
RUN --mount=type=cache,target=/npm --mount=type=cache,target=/pnpm \
    npx pnpm install --frozen-lockfile --prefer-offline --store-dir /pnpm --filter . --filter-prod "{./apps/api}..."
RUN --mount=type=cache,target=/npm \
    npx pnpm --filter-prod "{./apps/api}..." run build
# Offline, so it installs only the packages of the lockfile, which the first command has verified. `pm` selects pnpm's
# own command, since the root has a script of the same name.
RUN --mount=type=cache,target=/npm --mount=type=cache,target=/pnpm \
    npx pnpm pm deploy --filter ./apps/api --prod --offline --trust-lockfile --store-dir /pnpm /deployed
# Removes files for developers only: types, sources, source maps, tests, documents. Also removes metadata of pnpm, which
# contains the URL of the registry. Keeps licences and manifests, which scanners read.
RUN mkdir /out && cd /deployed && mv package.json dist node_modules /out && cd /out && \
    find . -type f -regextype posix-extended -iregex '.*\.([cm]?ts|map|md|test\.[cm]?js)' ! -iname 'licen[cs]e*' -delete && \
    find node_modules/.pnpm -regextype posix-extended \
      -regex '.*/node_modules/(@[^/]+/)?[^/]+/(\.github|__tests__|bench(mark)?s?|docs|examples?|integration|tests?)(\.c?js)?' \
      -prune -exec rm -rf {} + && \
    rm -f node_modules/.modules.yaml node_modules/.pnpm-workspace-state* node_modules/.pnpm/lock.yaml && \
    find . -type d -empty -delete

# Distroless: Node and its libraries, without a shell, npm or a package manager, so there is little to exploit or to
# patch.
FROM ${RUNTIME_IMAGE}
ARG VERSION=""
ARG REVISION=""
ARG SOURCE=""
LABEL org.opencontainers.image.title="aws-starter-kit API" \
      org.opencontainers.image.description="Users as a tRPC router on Fastify, stored in Amazon DynamoDB" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.source="${SOURCE}"
WORKDIR /app
# The files belong to root, so the API can only read them.
COPY --from=build /out .
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000
# "nonroot" by number: for runAsNonRoot, Kubernetes needs a number.
USER 65532:65532
EXPOSE 3000
STOPSIGNAL SIGTERM
# Requests /livez. With /readyz, platforms would kill every container during an outage of the database.
HEALTHCHECK --interval=15s --timeout=3s --start-period=20s CMD ["/nodejs/bin/node", "dist/healthcheck.js"]
ENTRYPOINT ["/nodejs/bin/node"]
# The flag saves 6 % of the CPU time.
CMD ["--no-allocation-site-pretenuring", "dist/main.js"]
