using OrleansTasks;
using OrleansTasks.Outbox.EntityFrameworkCore;

namespace Microsoft.EntityFrameworkCore;

/// <summary>Adds the tables of an outbox to a model.</summary>
public static class OutboxModelBuilderExtensions
{
    /// <summary>
    /// Adds the tables of an outbox and an inbox to a model. Call it in <c>OnModelCreating</c>. A migration or <c>EnsureCreated</c> then
    /// creates them.
    /// </summary>
    /// <param name="modelBuilder">The builder of the model.</param>
    /// <param name="tables">The names of the tables. Null uses the defaults, in the default schema of the model.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    /// <exception cref="ArgumentException">A name is not valid.</exception>
    public static ModelBuilder AddTaskOutbox(this ModelBuilder modelBuilder, OutboxTables? tables = null)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);
        OutboxModel.Map(modelBuilder, new TaskOutbox(tables).Tables);
        return modelBuilder;
    }
}
