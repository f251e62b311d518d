# Two stages: the first builds an environment from the lock file, the second holds nothing but it.
FROM python:3.13-slim AS build
WORKDIR /build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY requirements.lock ./
RUN python -m venv /opt/hanmi && /opt/hanmi/bin/pip install --require-hashes -r requirements.lock
COPY pyproject.toml README.md ./
COPY schemas schemas
COPY pipeline pipeline
COPY content_api content_api
COPY migrations migrations
COPY seeds seeds
RUN /opt/hanmi/bin/pip install --no-deps --no-build-isolation .

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /data hanmi && install --directory --owner hanmi /data
COPY --from=build /opt/hanmi /opt/hanmi
ENV PATH=/opt/hanmi/bin:$PATH HANMI_DATA_DIR=/data HANMI_HOST=0.0.0.0
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=15s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
CMD ["sh", "-c", "hanmi migrate && exec hanmi serve"]
