using Microsoft.EntityFrameworkCore;

namespace OrleansTasks.Tests.Outbox.EntityFrameworkCore;

/// <summary>Is the context of an application with orders and an outbox.</summary>
public sealed class ShopContext(DbContextOptions<ShopContext> options) : DbContext(options)
{
    public DbSet<Order> Orders => Set<Order>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.AddTaskOutbox();
}

/// <summary>Is an order.</summary>
public sealed class Order
{
    public int Id { get; set; }

    public required string Product { get; set; }
}
