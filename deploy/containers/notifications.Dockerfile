# The notification service: its own image, with nothing of the treatment service in it.
FROM python:3.13-slim AS build
RUN pip install --no-cache-dir --root-user-action=ignore uv
WORKDIR /build
COPY requirements.lock pyproject.toml ./
# The workspace names its other member; only its declaration is here.
COPY services/treatment/pyproject.toml services/treatment/
COPY contracts contracts
COPY services/notifications services/notifications
# Versions and hashes are those of requirements.lock, and only what this member declares is installed.
RUN uv venv --quiet /opt/casetrail \
    && uv pip compile --quiet --no-header --no-annotate --python-version 3.13 --constraint requirements.lock \
       --no-emit-package casetrail-contracts services/notifications/pyproject.toml --output-file own.txt \
    && grep '^uv-build==' requirements.lock | cut -d' ' -f1 > build.txt \
    && export VIRTUAL_ENV=/opt/casetrail \
    && uv pip install --quiet --require-hashes -r own.txt -r build.txt --constraint requirements.lock \
    && uv pip install --quiet --no-deps --no-build-isolation ./contracts ./services/notifications \
    && uv pip uninstall --quiet uv-build

FROM python:3.13-slim
LABEL org.opencontainers.image.title="casetrail-notifications" org.opencontainers.image.licenses="Apache-2.0"
ENV PATH=/opt/casetrail/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
RUN useradd --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin casetrail
COPY --from=build /opt/casetrail /opt/casetrail
USER 10001:10001
EXPOSE 8401
ENTRYPOINT ["casetrail-notifications"]
CMD ["--help"]
