//! Posts that cost something (`docs/dialects/m_user.md#purchases`).
