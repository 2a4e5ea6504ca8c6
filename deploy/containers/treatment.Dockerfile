# The treatment service: one image, one process per container (`run api`, `run relay`, `run projector`).
FROM python:3.13-slim AS build
RUN pip install --no-cache-dir --root-user-action=ignore uv
WORKDIR /build
COPY requirements.lock pyproject.toml ./
# The workspace names its other member; only its declaration is here.
COPY services/notifications/pyproject.toml services/notifications/
COPY contracts contracts
COPY services/treatment services/treatment
# Versions and hashes are those of requirements.lock, and only what this member declares is installed.
RUN uv venv --quiet /opt/casetrail \
    && uv pip compile --quiet --no-header --no-annotate --python-version 3.13 --constraint requirements.lock \
       --no-emit-package casetrail-contracts services/treatment/pyproject.toml --output-file own.txt \
    && grep '^uv-build==' requirements.lock | cut -d' ' -f1 > build.txt \
    && export VIRTUAL_ENV=/opt/casetrail \
    && uv pip install --quiet --require-hashes -r own.txt -r build.txt --constraint requirements.lock \
    && uv pip install --quiet --no-deps --no-build-isolation ./contracts ./services/treatment \
    && uv pip uninstall --quiet uv-build

FROM python:3.13-slim
LABEL org.opencontainers.image.title="casetrail-treatment" org.opencontainers.image.licenses="Apache-2.0"
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
