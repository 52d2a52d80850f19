-- Creates the objects that OrleansTasks needs in its own schema for Orleans' ADO.NET providers: two tables for the
-- membership, one for grain states, and the queries of the providers. Silos install them in one transaction. A database
-- administrator can run the script earlier, with search_path set to the schema. Every statement can be repeated.

CREATE TABLE IF NOT EXISTS SchemaVersion
(
    One boolean PRIMARY KEY DEFAULT true CHECK (One),
    Version integer NOT NULL
);

-- Stores statements by name. The providers read them when they start.
CREATE TABLE IF NOT EXISTS OrleansQuery
(
    QueryKey text PRIMARY KEY,
    QueryText text NOT NULL
);

-- Has one row per cluster. A change of a member must name the current version, and increases it.
CREATE TABLE IF NOT EXISTS Cluster
(
    ClusterId text PRIMARY KEY,
    Version integer NOT NULL
);

CREATE TABLE IF NOT EXISTS Member
(
    ClusterId text NOT NULL REFERENCES Cluster ON DELETE CASCADE,
    Address text NOT NULL,
    Port integer NOT NULL,
    Generation integer NOT NULL,
    SiloName text NOT NULL,
    HostName text NOT NULL,
    Status integer NOT NULL,
    ProxyPort integer NOT NULL,
    SuspectTimes text,
    StartTime timestamptz NOT NULL,
    IAmAliveTime timestamptz NOT NULL,
    PRIMARY KEY (ClusterId, Address, Port, Generation)
);

-- Stores grain states. A few rows are written very often, so pages keep free space, and dead rows are removed early.
CREATE TABLE IF NOT EXISTS GrainState
(
    ServiceId text NOT NULL,
    GrainType text NOT NULL,
    Key text NOT NULL,
    N0 bigint NOT NULL,
    N1 bigint NOT NULL,
    Version integer NOT NULL,
    Payload bytea,
    ModifiedAt timestamptz NOT NULL,
    PRIMARY KEY (ServiceId, GrainType, Key, N0, N1)
)
WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES
('InsertMembershipVersionKey', $query$
    WITH added AS (
        INSERT INTO Cluster (ClusterId, Version) VALUES (@DeploymentId, 0)
        ON CONFLICT DO NOTHING
        RETURNING 1)
    SELECT EXISTS (SELECT FROM added)
$query$),
('InsertMembershipKey', $query$
    WITH seen AS (
        UPDATE Cluster SET Version = Version + 1
        WHERE ClusterId = @DeploymentId AND Version = @Version AND NOT EXISTS (
            SELECT FROM Member
            WHERE ClusterId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation)
        RETURNING ClusterId),
    added AS (
        INSERT INTO Member (ClusterId, Address, Port, Generation, SiloName, HostName, Status, ProxyPort, StartTime, IAmAliveTime)
        SELECT ClusterId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime FROM seen
        RETURNING 1)
    SELECT EXISTS (SELECT FROM added)
$query$),
('UpdateMembershipKey', $query$
    WITH seen AS (
        UPDATE Cluster SET Version = Version + 1
        WHERE ClusterId = @DeploymentId AND Version = @Version AND EXISTS (
            SELECT FROM Member
            WHERE ClusterId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation)
        RETURNING ClusterId),
    changed AS (
        UPDATE Member SET Status = @Status, SuspectTimes = @SuspectTimes, IAmAliveTime = @IAmAliveTime
        FROM seen
        WHERE Member.ClusterId = seen.ClusterId AND Address = @Address AND Port = @Port AND Generation = @Generation
        RETURNING 1)
    SELECT EXISTS (SELECT FROM changed)
$query$),
('UpdateIAmAlivetimeKey', $query$
    UPDATE Member SET IAmAliveTime = @IAmAliveTime
    WHERE ClusterId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation
$query$),
('MembershipReadRowKey', $query$
    SELECT Address, Port, Generation, SiloName, HostName, Status, ProxyPort, SuspectTimes, StartTime, IAmAliveTime, Version
    FROM Cluster LEFT JOIN Member
        ON Member.ClusterId = Cluster.ClusterId AND Address = @Address AND Port = @Port AND Generation = @Generation
    WHERE Cluster.ClusterId = @DeploymentId
$query$),
('MembershipReadAllKey', $query$
    SELECT Address, Port, Generation, SiloName, HostName, Status, ProxyPort, SuspectTimes, StartTime, IAmAliveTime, Version
    FROM Cluster LEFT JOIN Member ON Member.ClusterId = Cluster.ClusterId
    WHERE Cluster.ClusterId = @DeploymentId
$query$),
('GatewaysQueryKey', $query$
    SELECT Address, ProxyPort, Generation FROM Member
    WHERE ClusterId = @DeploymentId AND Status = @Status AND ProxyPort > 0
$query$),
('DeleteMembershipTableEntriesKey', $query$
    DELETE FROM Cluster WHERE ClusterId = @DeploymentId
$query$),
('CleanupDefunctSiloEntriesKey', $query$
    -- 3 is an active silo.
    DELETE FROM Member WHERE ClusterId = @DeploymentId AND IAmAliveTime < @IAmAliveTime AND Status <> 3
$query$),
('ReadFromStorageKey', $query$
    SELECT Payload AS PayloadBinary, Version FROM GrainState
    WHERE ServiceId = @ServiceId AND GrainType = @GrainTypeString AND Key = COALESCE(@GrainIdExtensionString, '')
        AND N0 = @GrainIdN0 AND N1 = @GrainIdN1
$query$),
('WriteToStorageKey', $query$
    -- No row comes back when the version is not the stored one, or something is stored where there was to be nothing.
    WITH changed AS (
        UPDATE GrainState SET Payload = @PayloadBinary, Version = Version + 1, ModifiedAt = now()
        WHERE ServiceId = @ServiceId AND GrainType = @GrainTypeString AND Key = COALESCE(@GrainIdExtensionString, '')
            AND N0 = @GrainIdN0 AND N1 = @GrainIdN1 AND Version = @GrainStateVersion
        RETURNING Version),
    added AS (
        INSERT INTO GrainState (ServiceId, GrainType, Key, N0, N1, Version, Payload, ModifiedAt)
        SELECT @ServiceId, @GrainTypeString, COALESCE(@GrainIdExtensionString, ''), @GrainIdN0, @GrainIdN1, 1, @PayloadBinary, now()
        WHERE @GrainStateVersion IS NULL
        ON CONFLICT DO NOTHING
        RETURNING Version)
    SELECT Version AS NewGrainStateVersion FROM changed UNION ALL SELECT Version FROM added
$query$),
('ClearStorageKey', $query$
    UPDATE GrainState SET Payload = NULL, Version = Version + 1, ModifiedAt = now()
    WHERE ServiceId = @ServiceId AND GrainType = @GrainTypeString AND Key = COALESCE(@GrainIdExtensionString, '')
        AND N0 = @GrainIdN0 AND N1 = @GrainIdN1 AND Version = @GrainStateVersion
    RETURNING Version AS NewGrainStateVersion
$query$),
('DeleteStorageKey', $query$
    DELETE FROM GrainState
    WHERE ServiceId = @ServiceId AND GrainType = @GrainTypeString AND Key = COALESCE(@GrainIdExtensionString, '')
        AND N0 = @GrainIdN0 AND N1 = @GrainIdN1 AND Version = @GrainStateVersion
    RETURNING Version + 1 AS NewGrainStateVersion
$query$)
ON CONFLICT (QueryKey) DO UPDATE SET QueryText = EXCLUDED.QueryText;

INSERT INTO SchemaVersion (Version) VALUES (1) ON CONFLICT (One) DO UPDATE SET Version = EXCLUDED.Version;
