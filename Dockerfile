# The Node that the test suite runs on.
ARG NODE=20.20.2-bookworm-slim

FROM node:${NODE} AS dependencies
WORKDIR /tarang
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --no-update-notifier && npm cache clean --force

FROM node:${NODE}
# The embedded mode's data, and what the containers of docker-compose.yml hand each other, belong to whoever runs here.
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /nonexistent tarang \
 && install --directory --owner=tarang --group=tarang /var/lib/tarang /run/tarang \
 && ln -s /tarang/infra/cli/tarang.js /usr/local/bin/tarang
WORKDIR /tarang
COPY --from=dependencies /tarang/node_modules node_modules
COPY . .
# A number, so that Kubernetes can see that it is not root.
USER 10001:10001
# Loopback would be the container's own. Without a SECRET_KEY it therefore refuses to start.
ENV HOST=0.0.0.0 PORT=3000 TARANG_DATA_DIR=/var/lib/tarang
# What tsx would otherwise keep compiled in /tmp is code that runs: nothing but the data folder need be writable.
ENV TSX_DISABLE_CACHE=1
EXPOSE 3000
# Ready, not just alive: whoever waits for this container wants its requests answered. It restarts nothing.
HEALTHCHECK --interval=15s --timeout=5s --start-period=120s --start-interval=1s --retries=3 \
  CMD node --eval "fetch('http://127.0.0.1:' + process.env.PORT + '/ready').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"
ENTRYPOINT ["tarang"]
CMD ["start"]
