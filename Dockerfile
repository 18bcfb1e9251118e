# syntax=docker/dockerfile:1
# One file for every service: docker build --build-arg SERVICE=registry .
ARG NODE_IMAGE=node:24-bookworm-slim

# Compiles everything once; the same layer serves all services.
FROM ${NODE_IMAGE} AS build
WORKDIR /src
COPY . .
RUN npm ci --no-audit --no-fund
RUN npx tsc -b && npm run build:web --workspace @drawbridge/console --if-present

# Only what one service needs at run time. Foreign platforms of the model runtime stay out.
FROM ${NODE_IMAGE} AS packages
ARG SERVICE
WORKDIR /src
COPY . .
RUN test -n "${SERVICE}" \
 && npm ci --no-audit --no-fund --ignore-scripts --omit=dev --workspace "@drawbridge/${SERVICE}" \
 && rm -rf node_modules/onnxruntime-node/bin/napi-v*/darwin node_modules/onnxruntime-node/bin/napi-v*/win32

FROM ${NODE_IMAGE} AS service
ARG SERVICE
ENV NODE_ENV=production \
    DRAWBRIDGE_HOST=0.0.0.0 \
    DRAWBRIDGE_DATA_DIR=/data \
    OTEL_SERVICE_NAME=${SERVICE}
WORKDIR /app
COPY --from=packages /src/package.json ./
COPY --from=packages /src/node_modules ./node_modules
COPY --from=packages /src/libs ./libs
COPY --from=packages /src/services/${SERVICE} ./services/${SERVICE}
COPY --from=build /src/libs ./libs
COPY --from=build /src/services/${SERVICE}/dist ./services/${SERVICE}/dist
RUN mkdir /data && chown node:node /data
WORKDIR /app/services/${SERVICE}
USER node
VOLUME /data
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=12 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.DRAWBRIDGE_PORT}/health/ready`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--import", "@drawbridge/telemetry/start", "dist/src/main.js"]

# Prepares database, topics, access rules and schemas, then ends.
FROM build AS setup
ENV NODE_ENV=production
USER node
CMD ["node", "infra/local/dist/src/install.js"]
