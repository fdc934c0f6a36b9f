from lib.configuration.environment import variable_of, with_organizations


def test_variables_say_what_each_organization_has_and_which_variable_said_it() -> None:
    environ = {
        "USAGE_ORGANIZATIONS": "acme, beta-two",
        "OPENAI_ADMIN_KEY_ACME": "sk-admin-a",
        "OPENAI_BASE_URL_BETA_TWO": "https://beta.example/v1",
    }

    openai, said = with_organizations(
        {"organizations": {"acme": {"base_url": "https://acme.example"}}}, environ
    )

    assert openai == {
        "organizations": {
            "acme": {"base_url": "https://acme.example", "admin_key": "sk-admin-a"},
            "beta-two": {"base_url": "https://beta.example/v1"},
        }
    }
    assert said == {
        ("openai", "organizations", "acme", "admin_key"): "OPENAI_ADMIN_KEY_ACME",
        ("openai", "organizations", "beta-two", "base_url"): "OPENAI_BASE_URL_BETA_TWO",
    }


def test_without_organizations_the_table_is_left_as_it_is() -> None:
    assert with_organizations({"admin_key": "sk-admin-a"}, {}) == ({"admin_key": "sk-admin-a"}, {})
    assert with_organizations("no table", {}) == ("no table", {})


def test_the_variable_of_an_organization_s_key_is_named() -> None:
    assert variable_of("beta-two") == "OPENAI_ADMIN_KEY_BETA_TWO"
    assert variable_of(None) == "OPENAI_ADMIN_KEY"
