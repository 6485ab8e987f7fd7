# The command asc-jobs with everything it needs: `try`, `simulate` and all others. See docs/try.md and docs/simulator.md.
#   docker build -t asc-jobs .
FROM node:24.21.0-slim AS build
WORKDIR /project
COPY package.json package-lock.json ./
# npm's scripts place esbuild and Node's own binary; no other package has any.
RUN npm ci --no-audit --no-fund
COPY . .
# npm does not make the directory that it packs into.
RUN mkdir /packed && npm run package && npm pack ./dist --pack-destination /packed

FROM node:24.21.0-slim
COPY --from=build /packed /packed
RUN npm install --global --no-audit --no-fund /packed/*.tgz && rm -r /packed
# Not root: whoever breaks out of the process owns nothing.
USER node
WORKDIR /home/node
# The folder of `asc-jobs try`; give it a volume to keep it.
RUN mkdir -m 700 /home/node/.asc-jobs
VOLUME /home/node/.asc-jobs
ENTRYPOINT ["asc-jobs"]
CMD ["--help"]
