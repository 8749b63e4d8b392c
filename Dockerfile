# The bot as a container: docker build -t compute-bot . && docker run -it --rm compute-bot chat
# docs/deploy.md says how it is run; BASE may be given with a digest (NAME@sha256:...), so that a build can be repeated.
ARG BASE=docker.io/library/python:3.13-slim-trixie

# ---------------------------------------------------------------- made here, with pip; none of the tools leaves it
FROM ${BASE} AS made
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /source

# The requirements change less often than the code, and are a layer of their own. Wheels only: nothing is compiled.
COPY requirements/build.txt requirements/container.txt requirements/
RUN python3 -m venv /tools \
    && /tools/bin/pip install --quiet --require-hashes --no-deps --only-binary :all: -r requirements/build.txt \
    && python3 -m venv --without-pip /opt/compute-bot \
    && /tools/bin/pip --python /opt/compute-bot/bin/python install --quiet --require-hashes --no-deps --no-compile \
        --only-binary :all: -r requirements/container.txt

# Of the vendor's service models only the store's is ever read; the others are most of what the SDK weighs.
RUN find /opt/compute-bot/lib/python3*/site-packages/botocore/data -mindepth 1 -maxdepth 1 -type d \
        ! -name dynamodb -exec rm -rf {} +

COPY . .
RUN /tools/bin/pip wheel --quiet --no-index --no-deps --no-build-isolation --wheel-dir /wheels . \
    && /tools/bin/pip --python /opt/compute-bot/bin/python install --quiet --no-index --no-deps --no-compile /wheels/*.whl

# Nothing can be written later, so everything is compiled now: the modules here, the knowledge below.
RUN python3 -m compileall -q /opt/compute-bot/lib

# ---------------------------------------------------------------- what runs
FROM ${BASE}
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="compute-bot" \
      org.opencontainers.image.description="Answers questions about AWS compute in Slack, in Discord and in a terminal." \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
ENV PATH=/opt/compute-bot/bin:${PATH} \
    LANG=C.UTF-8 \
    PYTHONUNBUFFERED=1 \
    XDG_CACHE_HOME=/opt/compute-bot/cache \
    COMPUTE_BOT_STORE=memory

COPY --from=made /opt/compute-bot /opt/compute-bot

# The base comes without compiled modules: those that are used are compiled by using them, and the rest is left alone.
# The knowledge is compiled likewise, and made readable for whoever runs. What could install anything goes.
RUN compute-bot topics > /dev/null \
    && python3 -c "import importlib, pkgutil, adapters; \
[importlib.import_module(m.name) for m in pkgutil.walk_packages(adapters.__path__, 'adapters.')]" \
    && python3 -c "import boto3; boto3.client('dynamodb', region_name='us-east-1')" \
    && chmod -R a+rX "$XDG_CACHE_HOME" \
    && rm -rf /usr/local/bin/pip* /usr/local/lib/python3*/ensurepip /usr/local/lib/python3*/site-packages/pip*

# A number, so that a scheduler can see that it is not root. Nothing needs a home, or a place to write.
USER 10001:10001
WORKDIR /
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 CMD ["compute-bot", "healthcheck"]
ENTRYPOINT ["compute-bot"]
CMD ["serve"]
