"""Who sends what in the demo organization, written down once."""

import datetime as dt
from collections.abc import Iterator, Mapping

from lib.demo.organization.directory_data import KEYS, project_id, user_id
from lib.demo.organization.traffic import Phase, Rhythm, Stream, Workload

_FLAGSHIPS = (
    Phase("gpt-4.1-2025-04-14", falls=dt.date(2025, 9, 1)),
    Phase("gpt-5-2025-08-07", dt.date(2025, 9, 1), dt.date(2026, 3, 16)),
    Phase("gpt-5.4-2026-03-05", dt.date(2026, 3, 16), dt.date(2026, 8, 10)),
    Phase("gpt-5.6-sol", dt.date(2026, 8, 10)),
)
_SMALL = (
    Phase("gpt-4o-mini-2024-07-18", falls=dt.date(2025, 11, 20)),
    Phase("gpt-5-mini-2025-08-07", dt.date(2025, 11, 20)),
)
_CODERS = (
    Phase("gpt-4.1-2025-04-14", falls=dt.date(2025, 8, 18)),
    Phase("gpt-5-2025-08-07", dt.date(2025, 8, 18), dt.date(2026, 5, 11)),
    Phase("gpt-5.5-2026-04-23", dt.date(2026, 5, 11), dt.date(2026, 9, 28), ramp=14),
    Phase("gpt-6-sol", dt.date(2026, 9, 28), ramp=14),
)
_TERRA = (
    Phase("gpt-4.1-2025-04-14", falls=dt.date(2026, 6, 15)),
    Phase("gpt-5.6-terra", dt.date(2026, 6, 15)),
)
_LUNA = (
    Phase("gpt-4o-mini-2024-07-18", falls=dt.date(2026, 10, 1), ramp=30),
    Phase("gpt-6-luna", dt.date(2026, 10, 1), ramp=30),
)
_TUNED = (Phase("ft:gpt-4o-2024-08-06:meridian-labs:risk-notes:BxQ7mT2k"),)
_NO_MODEL = (Phase(None),)
_CLI = "amara bruno chiara daniel farid hiro jonas keiko liam sven viktor"
_CLI_KEYS = " ".join(f"{name}-cli" for name in _CLI.split())

# fmt: off
WORKLOADS: tuple[Workload, ...] = (
    Workload("completions", "assistant", "production production-eu canary retired-gateway", _FLAGSHIPS,
             21_000, tokens_in=3_900, tokens_out=420, cached=0.55, written=0.06, rhythm=Rhythm.CUSTOMERS),
    Workload("completions", "assistant", "production production-eu", _FLAGSHIPS, 900, tokens_in=3_600,
             tokens_out=380, cached=0.5, written=0.05, tier="priority", rhythm=Rhythm.CUSTOMERS),
    Workload("completions", "assistant", "production production-eu canary retired-gateway", _SMALL, 38_000,
             tokens_in=700, tokens_out=60, cached=0.3, rhythm=Rhythm.CUSTOMERS),
    Workload("completions", "assistant", "staging on-call ~mei", _FLAGSHIPS, 260, tokens_in=3_000,
             tokens_out=350, cached=0.4),
    Workload("completions", "assistant", "evaluation", _FLAGSHIPS, 1_500, tokens_in=3_900, tokens_out=400,
             cached=0.2, batch=True, rhythm=Rhythm.NIGHT),
    Workload("completions", "assistant", "production production-eu canary staging", _LUNA, 52_000,
             tokens_in=420, tokens_out=8, rhythm=Rhythm.CUSTOMERS),
    Workload("completions", "assistant", "production production-eu", _TERRA, 1_100, tokens_in=5_200,
             tokens_out=600, cached=0.2, tier="flex", rhythm=Rhythm.NIGHT),
    Workload("completions", "agents", _CLI_KEYS, _CODERS, 2_800, tokens_in=42_000, tokens_out=1_300,
             cached=0.8, written=0.05, api_source="agents_api", presence=0.92),
    Workload("completions", "agents", "bruno-cli daniel-cli keiko-cli sven-cli", _SMALL, 3_100,
             tokens_in=1_900, tokens_out=70, cached=0.35, presence=0.93),
    Workload("completions", "agents", "chiara-cli farid-cli liam-cli", _TERRA, 420, tokens_in=18_000,
             tokens_out=900, cached=0.6, presence=0.6),
    Workload("completions", "agents", "amara-cli bruno-cli hiro-cli jonas-cli", _CODERS, 110,
             tokens_in=30_000, tokens_out=1_100, cached=0.7, tier="priority", presence=0.5),
    Workload("completions", "agents", "amara-cli hiro-cli jonas-cli viktor-cli", _SMALL, 2_300,
             tokens_in=5_200, tokens_out=350, cached=0.6, api_source="agents_api", presence=0.9),
    Workload("completions", "agents", "nightly-refactor", _CODERS, 1_700, tokens_in=38_000,
             tokens_out=2_100, cached=0.7, written=0.04, written_12h=0.01, api_source="agents_api",
             rhythm=Rhythm.NIGHT, long_percent=10),
    Workload("completions", "agents", "nightly-refactor", _SMALL, 700, tokens_in=9_000, tokens_out=600,
             cached=0.5, api_source="agents_api", rhythm=Rhythm.NIGHT),
    Workload("completions", "agents", "ci-review", _CODERS, 420, tokens_in=21_000, tokens_out=900,
             cached=0.45, written=0.05),
    Workload("completions", "agents", "ci-review", (Phase("gpt-5.3-codex", dt.date(2026, 2, 2)),), 300,
             tokens_in=16_000, tokens_out=800, cached=0.4, tier="flex"),
    Workload("completions", "search", "production", _TERRA, 8_200, tokens_in=5_600, tokens_out=310,
             cached=0.15, written=0.03, rhythm=Rhythm.CUSTOMERS),
    Workload("completions", "search", "production staging", _SMALL, 6_000, tokens_in=1_200, tokens_out=90,
             cached=0.15, rhythm=Rhythm.CUSTOMERS),
    Workload("completions", "search", "staging elif-notebook priya-notebook ~elif", _TERRA, 240,
             tokens_in=5_000, tokens_out=300, cached=0.15, presence=0.8),
    Workload("completions", "data", "nightly-extract backfill", _SMALL, 29_000, tokens_in=3_100,
             tokens_out=420, batch=True, rhythm=Rhythm.NIGHT),
    Workload("completions", "data", "nightly-extract backfill", (Phase("gpt-4.1-mini-2025-04-14"),), 9_000,
             tokens_in=4_200, tokens_out=650, batch=True, cached=0.1, rhythm=Rhythm.NIGHT),
    Workload("completions", "data", "nightly-extract", _FLAGSHIPS, 1_900, tokens_in=6_000, tokens_out=700,
             tier="flex", cached=0.15, rhythm=Rhythm.NIGHT),
    Workload("completions", "data", "omar-notebook nadia-notebook ~omar", _SMALL, 180, tokens_in=2_600,
             tokens_out=500, presence=0.7),
    Workload("completions", "research", "grace-lab ines-lab mei-lab yusuf-lab quinn-lab",
             (Phase("o3-2025-04-16", falls=dt.date(2026, 9, 21)), Phase("gpt-6-astra", dt.date(2026, 9, 21))),
             130, tokens_in=17_000, tokens_out=2_400, cached=0.25, long_percent=20, presence=0.85),
    Workload("completions", "research", "grace-lab ines-lab yusuf-lab quinn-lab ~ines", _FLAGSHIPS, 280,
             tokens_in=8_500, tokens_out=1_500, cached=0.3, presence=0.85),
    Workload("completions", "research", "grace-lab ines-lab yusuf-lab",
             (Phase("gpt-6.1-sol", dt.date(2026, 11, 2), ramp=7),), 90, tokens_in=9_000, tokens_out=1_600,
             cached=0.3, presence=0.85),
    Workload("completions", "research", "grace-lab ines-lab mei-lab yusuf-lab quinn-lab", _SMALL, 600,
             tokens_in=2_700, tokens_out=600, presence=0.8),
    Workload("completions", "research", "grace-lab ines-lab mei-lab", _TERRA, 500, tokens_in=5_200,
             tokens_out=800, batch=True, rhythm=Rhythm.NIGHT, presence=0.6),
    Workload("completions", "triage", "classifier old-classifier", _LUNA, 26_000, tokens_in=1_150,
             tokens_out=25, cached=0.45),
    Workload("completions", "triage", "replies", _SMALL, 7_400, tokens_in=2_900, tokens_out=330, cached=0.5,
             rhythm=Rhythm.CUSTOMERS),
    Workload("completions", "triage", "rosa-test", _SMALL, 60, tokens_in=2_500, tokens_out=300,
             presence=0.5),
    Workload("completions", "studio", "wanda-studio tara-studio", _FLAGSHIPS, 160, tokens_in=2_100,
             tokens_out=900, image_in=650),
    Workload("completions", "voice", "mobile-app uma-test",
             (Phase("gpt-audio-mini-2025-12-15", dt.date(2026, 1, 12)),), 1_150, tokens_in=260,
             tokens_out=90, audio_in=900, audio_out=520, rhythm=Rhythm.CUSTOMERS),
    Workload("completions", "voice", "transcriber mobile-app", _SMALL, 2_600, tokens_in=2_400,
             tokens_out=380, cached=0.2),
    Workload("completions", "risk", "scoring review-console", _TUNED, 1_500, tokens_in=2_700,
             tokens_out=160),
    Workload("completions", "risk", "review-console nadia-audit", _TERRA, 700, tokens_in=4_800,
             tokens_out=520, cached=0.35),
    Workload("completions", "sandbox", "wanda-play omar-play tara-play rosa-play uma-play ~rosa ~tara",
             _SMALL, 130, tokens_in=900, tokens_out=300, presence=0.45),
    Workload("completions", "sandbox", "wanda-play omar-play tara-play", _FLAGSHIPS, 40, tokens_in=1_400,
             tokens_out=500, presence=0.4),
    Workload("completions", "sandbox-2025", "demo workshop", _SMALL, 90, tokens_in=900, tokens_out=250,
             presence=0.4),
    Workload("completions", "chatbot", "chatbot-web chatbot-app liam-debug", (Phase("gpt-4o-2024-08-06"),),
             3_100, tokens_in=1_900, tokens_out=240, cached=0.2, rhythm=Rhythm.CUSTOMERS),
    Workload("completions", "hackathon", "team-red team-blue team-green ~hiro", _FLAGSHIPS, 420,
             tokens_in=6_000, tokens_out=900, cached=0.3, presence=0.8),
    Workload("embeddings", "search", "indexer production", (Phase("text-embedding-3-large"),), 14_000,
             tokens_in=2_300, rhythm=Rhythm.NIGHT),
    Workload("embeddings", "search", "production staging", (Phase("text-embedding-3-small"),), 21_000,
             tokens_in=45, rhythm=Rhythm.CUSTOMERS),
    Workload("embeddings", "data", "nightly-extract", (Phase("text-embedding-3-small"),), 9_000,
             tokens_in=900, rhythm=Rhythm.NIGHT),
    Workload("embeddings", "triage", "classifier", (Phase("text-embedding-3-small"),), 4_000,
             tokens_in=350),
    Workload("embeddings", "research", "grace-lab yusuf-lab", (Phase("text-embedding-3-large"),), 220,
             tokens_in=600, presence=0.5),
    Workload("moderations", "assistant", "production production-eu", (Phase("omni-moderation-2024-09-26"),),
             21_000, tokens_in=160, rhythm=Rhythm.CUSTOMERS),
    Workload("moderations", "triage", "replies", (Phase("omni-moderation-2024-09-26"),), 7_400,
             tokens_in=310, rhythm=Rhythm.CUSTOMERS),
    Workload("images", "studio", "image-service wanda-studio tara-studio",
             (Phase("gpt-image-1-2025-04-23"),), 110, amount=1.3,
             extra=(("size", "1024x1024"), ("source", "image.generation"))),
    Workload("images", "studio", "image-service tara-studio", (Phase("gpt-image-2"),), 130, amount=1.6,
             extra=(("size", "1792x1024"), ("source", "image.generation"))),
    Workload("images", "studio", "wanda-studio", (Phase("gpt-image-2"),), 35, amount=1.0, presence=0.7,
             extra=(("size", "1024x1024"), ("source", "image.edit"))),
    Workload("images", "sandbox", "tara-play", (Phase("gpt-image-1-2025-04-23"),), 6, amount=1.0,
             presence=0.3, extra=(("size", "1024x1024"), ("source", "image.generation"))),
    Workload("images", "agents", "ci-review", (Phase("gpt-image-2"),), 9, amount=1.0, presence=0.5,
             billed_only=True, extra=(("size", "1024x1024"), ("source", "image.generation"))),
    Workload("audio_speeches", "studio", "voiceover", (Phase("tts-1-hd"),), 75, amount=1_450),
    Workload("audio_speeches", "voice", "mobile-app uma-test", (Phase("tts-1-hd"),), 420, amount=210,
             presence=0.95, rhythm=Rhythm.CUSTOMERS),
    Workload("audio_transcriptions", "voice", "transcriber mobile-app uma-test", (Phase("whisper-1"),), 900,
             amount=190, presence=0.95),
    Workload("vector_stores", "search", "", _NO_MODEL, 1, amount=92 * 1024, rhythm=Rhythm.STANDING),
    Workload("vector_stores", "research", "", _NO_MODEL, 1, amount=11 * 1024, rhythm=Rhythm.STANDING),
    Workload("vector_stores", "assistant", "", _NO_MODEL, 1, amount=27 * 1024, rhythm=Rhythm.STANDING),
    Workload("vector_stores", "chatbot", "", _NO_MODEL, 1, amount=900, rhythm=Rhythm.STANDING),
    Workload("code_interpreter_sessions", "data", "", _NO_MODEL, 70),
    Workload("code_interpreter_sessions", "research", "", _NO_MODEL, 95),
    Workload("code_interpreter_sessions", "agents", "", _NO_MODEL, 40),
    Workload("file_search_calls", "search", "production staging priya-notebook", _NO_MODEL, 5_200,
             presence=0.95, rhythm=Rhythm.CUSTOMERS,
             extra=(("vector_store_id", "vs_68c1f4handbook0a7b2d9e51"),)),
    Workload("file_search_calls", "search", "production", _NO_MODEL, 1_400, rhythm=Rhythm.CUSTOMERS,
             extra=(("vector_store_id", "vs_68d20bcontracts4e8f1a6c3"),)),
    Workload("file_search_calls", "assistant", "production", _NO_MODEL, 2_600, rhythm=Rhythm.CUSTOMERS,
             extra=(("vector_store_id", "vs_690a77helpcenter93c0d5f8"),)),
    Workload("web_search_calls", "research", "grace-lab ines-lab mei-lab", (Phase("gpt-5.4-2026-03-05"),),
             160, amount=1.8, presence=0.9, extra=(("context_level", "high"),)),
    Workload("web_search_calls", "assistant", "production", (Phase("gpt-5.4-2026-03-05"),), 2_100,
             amount=1.1, rhythm=Rhythm.CUSTOMERS, extra=(("context_level", "low"),)),
    Workload("web_search_calls", "agents", "amara-cli bruno-cli hiro-cli",
             (Phase("gpt-5-mini-2025-08-07"),), 140, amount=1.4, api_source="agents_api", presence=0.8,
             extra=(("context_level", "medium"),)),
    Workload("decisions", "risk", "scoring review-console", (Phase("gpt-6-luna"),), 340, tokens_in=1_900,
             tokens_out=35, cached=0.4),
)
# fmt: on
SEEDS: Mapping[str, int] = {
    "completions": 0,
    "embeddings": 1,
    "moderations": 2,
    "images": 3,
    "audio_speeches": 4,
    "audio_transcriptions": 5,
    "vector_stores": 6,
    "code_interpreter_sessions": 7,
    "file_search_calls": 8,
    "web_search_calls": 9,
    "decisions": 10,
}
"""What the random numbers of each source begin with: another number would be another history."""


def streams(source: str) -> tuple[Stream, ...]:
    """Return the streams of `source`, always in the same order."""
    return tuple(s for w in WORKLOADS if w.source == source for s in _expand(w))


def _expand(workload: Workload) -> Iterator[Stream]:
    names = workload.keys.split() or [""]
    weights = [1 / (n + 1) ** 0.8 for n in range(len(names))]
    for name, weight in zip(names, weights, strict=True):
        key = KEYS.get((workload.project, name))
        person = user_id(name[1:]) if name.startswith("~") else key and key.owner_id
        for phase in workload.phases:
            yield Stream(
                workload,
                phase,
                share=weight / sum(weights),
                project_id=project_id(workload.project),
                api_key_id=key.id if key else None,
                # usage by a service account names no user
                user_id=person if person and person.startswith("user-") else None,
                key=key,
            )
