//! SQL of terms. Every statement binds the vendor of the scope.

use super::model::{TaxForm, TaxStatus, Terms, lines};
use crate::platform::access::Scope;
use crate::platform::db::{DbError, Tx, query};

#[derive(sqlx::FromRow)]
struct Row {
    commission_bp: i64,
    tax_form: String,
    tax_status: String,
    regions: String,
    products: String,
    accounts: String,
    notes: String,
}

/// What the scope's organisation has agreed with a partner; `None` while that is nothing.
pub(super) async fn terms(tx: &mut Tx, scope: &Scope, partner_id: &str) -> Result<Option<Terms>, DbError> {
    let row: Option<Row> = query(
        "SELECT commission_bp, tax_form, tax_status, regions, products, accounts, notes FROM partner_terms
         WHERE vendor_id = $1 AND tenant_id = $2",
    )
    .bind(scope.tenant_id())
    .bind(partner_id)
    .optional(tx)
    .await?;
    Ok(row.map(|row| Terms {
        commission_bp: row.commission_bp,
        tax_form: TaxForm::parse(&row.tax_form).unwrap_or_default(),
        tax_status: TaxStatus::parse(&row.tax_status).unwrap_or_default(),
        regions: lines(&row.regions),
        products: lines(&row.products),
        accounts: lines(&row.accounts),
        notes: row.notes,
    }))
}

/// Writes them.
pub(super) async fn set(tx: &mut Tx, scope: &Scope, partner_id: &str, terms: &Terms) -> Result<(), DbError> {
    query(
        "INSERT INTO partner_terms
             (vendor_id, tenant_id, commission_bp, tax_form, tax_status, regions, products, accounts, notes)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (tenant_id, vendor_id) DO UPDATE SET commission_bp = excluded.commission_bp,
             tax_form = excluded.tax_form, tax_status = excluded.tax_status, regions = excluded.regions,
             products = excluded.products, accounts = excluded.accounts, notes = excluded.notes",
    )
    .bind(scope.tenant_id())
    .bind(partner_id)
    .bind(terms.commission_bp)
    .bind(terms.tax_form.key())
    .bind(terms.tax_status.key())
    .bind(terms.regions.join("\n"))
    .bind(terms.products.join("\n"))
    .bind(terms.accounts.join("\n"))
    .bind(&terms.notes)
    .execute(tx)
    .await?;
    Ok(())
}
