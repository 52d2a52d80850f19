using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OrleansTasks.Outbox.Rows;

namespace OrleansTasks.Outbox.EntityFrameworkCore;

/// <summary>Maps the tables of an outbox, and finds them in a model.</summary>
internal static class OutboxModel
{
    private const int NameLength = 50;
    private const int IdLength = 32;
    private const int OwnerLength = 200;

    public static void Map(ModelBuilder model, OutboxTables tables)
    {
        model.Entity<OutboxMessage>(e => MapOutbox(e, tables));
        model.Entity<OutboxLease>(e =>
        {
            e.ToTable(tables.LeaseName, tables.Schema);
            e.HasKey(static l => l.Name);
            e.Property(static l => l.Name).HasColumnName("name").HasMaxLength(NameLength).IsRequired().IsUnicode(false);
            e.Property(static l => l.Owner).HasColumnName("owner").HasMaxLength(OwnerLength).IsRequired();
            e.Property(static l => l.ExpiresAt).HasColumnName("expires_at");
        });
        model.Entity<InboxRecord>(e =>
        {
            e.ToTable(tables.Inbox, tables.Schema);
            e.HasKey(static r => new { r.Id, r.Task });
            e.Property(static r => r.Id).HasColumnName("id").HasMaxLength(IdLength).IsRequired().IsUnicode(false);
            e.Property(static r => r.Task).HasColumnName("task").HasMaxLength(TaskNames.MaxLength).IsRequired();
            e.Property(static r => r.RecordedAt).HasColumnName("recorded_at");
            e.HasIndex(static r => r.RecordedAt);
        });
    }

    /// <summary>Returns the tables in the model of a context.</summary>
    /// <exception cref="InvalidOperationException">The model has no outbox.</exception>
    public static OutboxTables TablesOf(DbContext context)
    {
        var outbox = context.Model.FindEntityType(typeof(OutboxMessage));
        var inbox = context.Model.FindEntityType(typeof(InboxRecord));
        return outbox is null || inbox is null
            ? throw new InvalidOperationException($"The model of {context.GetType()} has no outbox. Call modelBuilder.AddTaskOutbox() in "
                + "its OnModelCreating, and add the tables with a migration or EnsureCreated.")
            : new OutboxTables
            {
                Schema = outbox.GetSchema(),
                Outbox = outbox.GetTableName()!,
                Inbox = inbox.GetTableName()!,
            };
    }

    private static void MapOutbox(EntityTypeBuilder<OutboxMessage> e, OutboxTables tables)
    {
        e.ToTable(tables.Outbox, tables.Schema);
        e.HasKey(static m => m.Seq);
        e.Property(static m => m.Seq).HasColumnName("seq").ValueGeneratedOnAdd();
        e.Property(static m => m.Id).HasColumnName("id").HasMaxLength(IdLength).IsRequired().IsUnicode(false);
        e.Property(static m => m.Task).HasColumnName("task").HasMaxLength(TaskNames.MaxLength).IsRequired();
        e.Property(static m => m.MessageKey).HasColumnName("message_key").HasMaxLength(OutboxRows.MaxKeyLength);
        e.Property(static m => m.Arguments).HasColumnName("arguments");
        e.Property(static m => m.Options).HasColumnName("options");
        e.Property(static m => m.Trace).HasColumnName("trace");
        e.Property(static m => m.CreatedAt).HasColumnName("created_at");
        e.Property(static m => m.State).HasColumnName("state");
        e.Property(static m => m.Attempts).HasColumnName("attempts");
        e.Property(static m => m.NextAt).HasColumnName("next_at");
        e.Property(static m => m.RefusedAt).HasColumnName("refused_at");
        e.Property(static m => m.Reason).HasColumnName("reason").HasMaxLength(OutboxRows.MaxReasonLength);
        e.HasIndex(static m => m.Id).IsUnique();
        e.HasIndex(static m => new { m.State, m.Seq });
        e.HasIndex(static m => new { m.MessageKey, m.Seq });
    }
}
