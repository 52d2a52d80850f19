namespace OrleansTasks;

/// <summary>Lists the databases that can hold an outbox.</summary>
public enum OutboxDatabase
{
    /// <summary>PostgreSQL 14 or later, with Npgsql. Rows are announced with <c>NOTIFY</c>.</summary>
    PostgreSql,

    /// <summary>SQLite 3.35 or later, with Microsoft.Data.Sqlite.</summary>
    Sqlite,

    /// <summary>SQL Server 2016 or later, with Microsoft.Data.SqlClient.</summary>
    SqlServer,

    /// <summary>MySQL 8.0 or MariaDB 10.6, or later, with MySqlConnector.</summary>
    MySql,
}
