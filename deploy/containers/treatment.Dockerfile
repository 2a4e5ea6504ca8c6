# The treatment service: one image, one process per container (`run api`, `run relay`, `run projector`).
FROM python:3.13-slim AS build
# Mirrors of the package index, for whoever installs from one. Nothing is set by default.
ARG PIP_INDEX_URL
ARG UV_DEFAULT_INDEX
WORKDIR /build
COPY requirements.lock pyproject.toml ./
COPY contracts/pyproject.toml contracts/
COPY services/treatment/pyproject.toml services/treatment/
COPY services/notifications/pyproject.toml services/notifications/
# uv and uv-build are released together: the lock names the version of both.
RUN sed -n 's/^uv-build==\([^ ]*\).*/uv-build==\1/p' requirements.lock > build.txt \
    && pip install --no-cache-dir --root-user-action=ignore "$(sed 's/^uv-build/uv/' build.txt)"
# Versions and hashes are those of requirements.lock, and only what this member declares is installed.
# Nothing can be compiled later, on a file system that is read-only.
RUN uv venv --quiet /opt/casetrail \
    && uv pip compile --quiet --no-header --no-annotate --python-version 3.13 --constraint requirements.lock \
       --no-emit-package casetrail-contracts services/treatment/pyproject.toml --output-file own.txt \
    && VIRTUAL_ENV=/opt/casetrail uv pip install --quiet --compile-bytecode --require-hashes \
       -r own.txt -r build.txt --constraint requirements.lock
COPY contracts contracts
COPY services/treatment services/treatment
RUN export VIRTUAL_ENV=/opt/casetrail \
    && uv pip install --quiet --compile-bytecode --no-deps --no-build-isolation ./contracts ./services/treatment \
    && uv pip uninstall --quiet uv-build

FROM python:3.13-slim
LABEL org.opencontainers.image.title="casetrail-treatment" \
      org.opencontainers.image.description="Casetrail's treatment service: decides, remembers, proves and answers." \
      org.opencontainers.image.licenses="Apache-2.0"
ENV PATH=/opt/casetrail/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
# A new volume takes over the owner of the folder that it covers.
RUN useradd --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin casetrail \
    && mkdir -p /secrets/postgres /secrets/broker /secrets/migrate /secrets/api /secrets/relay \
       /secrets/projector /secrets/notifications /secrets/signing /broker-data \
    && chown -R casetrail:casetrail /secrets /broker-data && chmod -R 0755 /secrets
COPY --from=build /opt/casetrail /opt/casetrail
USER 10001:10001
EXPOSE 8400
ENTRYPOINT ["casetrail"]
CMD ["--help"]
